package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"

	"vigie/observatory"
	"vigie/source"
	"vigie/source/fetch"
	"vigie/store"
)

func runImport(ctx context.Context, e *env, args []string) error {
	f := flags(e, "import", "[--dir DOSSIER] [--source DESCRIPTION.toml | --kind GENRE --name NOM] [--json] FICHIER…|DOSSIER|https://…")
	c := configFlags(f)
	description := f.String("source", "", "`description` de la source ; un fichier ou le nom d’une source ; vide : celle qui reconnaît le nom du fichier")
	kind := f.String("kind", "", "`genre` d’un fichier de référence : territory, boundary, change, postcode, catalogue, published, publication, register")
	name := f.String("name", "", "`nom` d’un fichier de référence : communes-2026, indicators")
	asJSON := f.Bool("json", false, "écrire le compte rendu en JSON")
	files, err := e.parse(f, args, 1, mostFiles)
	if err != nil {
		return err
	}
	in := observatory.Importing{Kind: store.DatasetKind(*kind), Name: *name}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	file, fileName, err := c.delivery(ctx, files, w.DB.Scratch)
	if err != nil {
		return err
	}
	defer file.Close()
	in.File, in.FileName = file, fileName
	if fetch.IsAddress(files[0]) {
		in.Origin = fetch.Shown(files[0])
	}
	if *kind == "" {
		if in.Description, err = describe(ctx, w.DB, *description, in.FileName); err != nil {
			return err
		}
	}
	result, err := observatory.AsRun(ctx, w, observatory.ImportRun, path.Base(in.FileName), func(ctx context.Context) (observatory.ImportResult, error) {
		w.Tell.Step("import")
		row, said, err := w.Import(ctx, in)
		return observatory.ImportResult{Dataset: row.ID, Name: row.Name, Rows: row.Rows, Report: said, File: row.File}, err
	})
	e.done(w)
	if err != nil {
		return err
	}
	said := result.Report
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"dataset": result.Dataset, "name": result.Name, "file": result.File, "rows": result.Rows, "report": said})
	}
	fmt.Fprintf(e.stdout, "jeu %s (%s) : %d lignes, fichier %s\n", result.Name, result.Dataset[:12], result.Rows, result.File[:12])
	tellZoned(e.stdout, &said)
	tellReport(e.stdout, &said)
	return nil
}

// mostFiles bounds the files of one delivery named one by one.
const mostFiles = 10_000

// tellReport writes what an import made of a file, in French.
func tellReport(w io.Writer, said *observatory.Report) {
	if said.Rows > 0 { // not of a reference file
		tellJoin(w, said)
	}
	for _, l := range said.LeftOut {
		fmt.Fprintf(w, "laissé de côté, %s : %d\n", l.Reason, l.Rows)
	}
	if len(said.Findings) > 0 {
		fmt.Fprintf(w, "à vérifier : %d\n", len(said.Findings))
	}
	for _, f := range said.Findings {
		fmt.Fprintf(w, "  %s\n    à faire : %s\n", f.Told(said.Place), f.Do)
	}
	if r := said.Revision; r != nil {
		fmt.Fprintf(w, "depuis la livraison précédente, %s :\n", r.Old[:12])
		tellRevision(w, r)
	}
}

// mostJoined bounds the territories told of each part of the join; --json gives
// all.
const mostJoined = 10

// tellJoin writes how the territories of a file met the geography.
func tellJoin(w io.Writer, said *observatory.Report) {
	j := &said.Join
	if said.Said != said.ReadIn {
		fmt.Fprintf(w, "géographie de %d, qui n’est pas tenue ici : lue dans celle de %d, la plus proche\n", said.Said, said.ReadIn)
	}
	fmt.Fprintf(w, "territoires rapprochés : %d ; d’une autre géographie : %d ; ambigus : %d ; inconnus : %d ; laissés de côté : %d\n",
		j.Matched, len(j.Converted), len(j.Ambiguous), len(j.Unmatched), len(j.LeftOut))
	for _, part := range []struct {
		name string
		list []source.Joined
	}{{"d’une autre géographie", j.Converted}, {"ambigu", j.Ambiguous}, {"inconnu", j.Unmatched}, {"laissé de côté", j.LeftOut}} {
		for i, one := range part.list {
			if i == mostJoined {
				fmt.Fprintf(w, "  … et %d autres : --json les donne tous\n", len(part.list)-i)
				break
			}
			fmt.Fprintf(w, "  %s : « %s », %s, lignes : %d", part.name, one.Text, said.Place(int32(one.Line)), one.Rows)
			if one.Said != "" {
				fmt.Fprintf(w, " : %s", one.Said)
			}
			fmt.Fprintln(w)
		}
	}
}

// describe returns the description given, a file or the name of a source, or the
// one that recognises the file's name: the observatory's own, then those shipped.
func describe(ctx context.Context, db *store.DB, given, fileName string) ([]byte, error) {
	if given == "" {
		return observatory.DescriptionFor(ctx, db, fileName)
	}
	b, err := readFile(given)
	if err == nil {
		return b, nil
	}
	if d, unknown := observatory.Describe(ctx, db, given); unknown == nil {
		return d.Text, nil
	}
	return nil, err
}
