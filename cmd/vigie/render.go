package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/render/pdf"
	"vigie/territory"
)

func runRender(ctx context.Context, e *env, args []string) error {
	f := flags(e, "render", "[--dir DOSSIER] [--all] [--edition N] [--en] [--out DOSSIER] [TERRITOIRE…]")
	c := configFlags(f)
	prepare := f.Bool("prepare", false, "compiler le moteur PDF une fois pour toutes, puis s’arrêter")
	everything := f.Bool("all", false, "tous les rapports de l’édition : national, régions, départements")
	number := f.String("edition", "", "`numéro` de l’édition ; vide : la plus récente")
	english := f.Bool("en", false, "en anglais aussi")
	out := f.String("out", "", "`dossier` où copier aussi les PDF")
	asJSON := f.Bool("json", false, "écrire le bilan en JSON")
	codes, err := e.parse(f, args, 0, 1000)
	if err != nil {
		return err
	}
	if err := c.fill(); err != nil {
		return err
	}
	if *prepare {
		engine, err := pdf.Open(ctx, c.Cache)
		if err != nil {
			return err
		}
		return engine.Close(ctx)
	}
	if len(codes) == 0 && !*everything {
		f.Usage()
		return errUsage
	}
	w, err := c.walk(ctx, e)
	if err != nil {
		return err
	}
	defer w.DB.Close()
	content, err := observatory.Frozen(ctx, w.DB, *number, e.now())
	if err != nil {
		return err
	}
	in := observatory.Rendering{Kinds: []string{observatory.ReportKind, observatory.NoteKind}, Langs: []lang.Lang{lang.FR}}
	if *english {
		in.Langs = append(in.Langs, lang.EN)
	}
	if in.Territories, err = territories(content, codes); err != nil {
		return err
	}
	engine, err := pdf.Open(ctx, c.Cache)
	if err != nil {
		return err
	}
	defer engine.Close(ctx)
	said, err := observatory.AsRun(ctx, w, observatory.RenderRun, "édition "+content.Manifest.Number, func(ctx context.Context) (observatory.Rendered, error) {
		return w.Render(ctx, content, observatory.NewPress(engine, content, c.BaseURL), in)
	})
	e.done(w)
	if err != nil {
		return err
	}
	if *out != "" {
		if err := copyReports(ctx, w, content.Manifest.Number, *out); err != nil {
			return err
		}
	}
	if *asJSON {
		return json.NewEncoder(e.stdout).Encode(said)
	}
	fmt.Fprintf(e.stdout, "rapports de l’édition %s : %d composés, %d inchangés\n", content.Manifest.Number, said.Printed, said.Unchanged)
	return nil
}

// territories checks codes given on the command line; none means all.
func territories(c *edition.Content, codes []string) ([]territory.Code, error) {
	var out []territory.Code
	for _, s := range codes {
		code := territory.Code(s)
		if _, ok := c.Territory.Get(code); !ok {
			return nil, fault.NotFoundf("écrivez un code : FR, REG-44, DEP-08, EPCI-…, COM-…", "aucun territoire ne porte le code « %s »", s)
		}
		out = append(out, code)
	}
	return out, nil
}

// copyReports writes the kept PDFs of an edition in a folder.
func copyReports(ctx context.Context, w *observatory.Walk, number, dir string) error {
	rows, err := w.DB.Reports(ctx, number)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &fault.Error{Kind: fault.Denied, What: "dossier « " + dir + " » impossible à créer", Do: "choisissez un dossier où vous pouvez écrire", Err: err}
	}
	for _, r := range rows {
		b, err := w.DB.Artifact(ctx, r.PDF)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, r.Territory+"-"+r.Kind+"-"+r.Lang+".pdf")
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return &fault.Error{Kind: fault.Denied, What: "fichier « " + name + " » impossible à écrire", Do: "libérez de la place ou choisissez un autre dossier", Err: err}
		}
	}
	return nil
}
