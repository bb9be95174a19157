package observatory

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie/data"
	"vigie/fault"
	"vigie/source"
	"vigie/store"
)

// rebuildSources are the shipped descriptions that the starter figures come
// from. Of two that give the same observation the first one has it.
var rebuildSources = []string{
	"insee_comparateur", "insee_population", "insee_chomage", "insee_pib", "ssmsi_delinquance",
	"drees_minima_sociaux", "drees_aide_sociale_longues", "barometre_action_publique_2023", "barometre_action_publique_2024",
	"anct_cohesion_2018", "communes_eloignement", "communes_suroccupation", "sante_cepidc_mortalite", "sante_medecins_2018",
	"elections_2012_t1", "elections_2022_t1", "transition_irpe", "filosofi_copie_departement", "filosofi_copie_region",
}

// Original is the producer’s file of a shipped description, or several packed as
// one.
type Original struct {
	Description []byte
	Name        string // of the source
	FileName    string
	root        string // folder that the members' names start from
	paths       []string
}

// Originals looks in a folder and those under it for the original files of the
// shipped descriptions that the starter figures come from. missing are the
// sources without a file.
func Originals(folder fs.FS) (found []Original, missing []string, err error) {
	var files []string
	err = fs.WalkDir(folder, ".", func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		return nil, nil, &fault.Error{Kind: fault.NotFound, What: "dossier des fichiers d’origine illisible", Do: "vérifiez son nom et ses droits", Err: err}
	}
	for _, name := range rebuildSources {
		text, err := data.FS.ReadFile("source/" + name + ".toml")
		if err != nil {
			return nil, nil, err
		}
		d, err := source.ParseDescription(text)
		if err != nil {
			return nil, nil, err
		}
		in := Original{Description: text, Name: name}
		if !in.folder(d, files) && !in.file(d, files) {
			missing = append(missing, name)
			continue
		}
		found = append(found, in)
	}
	return found, missing, nil
}

// folder takes the files of the last folder by name that, packed, has a name of
// the description; false when there is none.
func (o *Original) folder(d *source.Description, files []string) bool {
	for _, p := range files {
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			if d.Matches(path.Base(dir)+".zip") && path.Base(dir) > path.Base(o.root) {
				o.root = dir
			}
		}
	}
	for _, p := range files {
		if o.root != "" && strings.HasPrefix(p, o.root+"/") {
			o.paths = append(o.paths, p)
		}
	}
	o.FileName = path.Base(o.root) + ".zip"
	return len(o.paths) > 0
}

// file takes the last file by name that has a name of the description or, when
// that tells several members, all of them.
func (o *Original) file(d *source.Description, files []string) bool {
	for _, p := range files {
		if d.Matches(p) {
			o.paths = append(o.paths, p)
		}
	}
	n := len(o.paths)
	if n == 0 {
		return false
	}
	slices.SortFunc(o.paths, func(a, b string) int { return cmp.Compare(path.Base(a), path.Base(b)) })
	if n == 1 || len(d.File.Members) == 0 {
		o.paths = o.paths[n-1:]
		o.FileName = path.Base(o.paths[0])
		return true
	}
	o.root = path.Dir(o.paths[0])
	o.FileName = path.Base(o.root) + ".zip"
	return true
}

// open returns the bytes of a delivery, those of several files as a zip of
// them in the order of their names, not compressed and without dates, so that
// the same files are the same bytes.
func (d *Original) open(folder fs.FS) (store.RawFile, io.Closer, error) {
	if d.root != "" {
		b, err := packFiles(folder, d.root, d.paths)
		return bytes.NewReader(b), io.NopCloser(nil), err
	}
	f, err := folder.Open(d.paths[0])
	if err != nil {
		return nil, nil, err
	}
	if at, ok := f.(io.ReaderAt); ok {
		info, err := f.Stat()
		if err != nil {
			return nil, nil, errors.Join(err, f.Close())
		}
		return io.NewSectionReader(at, 0, info.Size()), f, nil
	}
	b, err := io.ReadAll(f)
	return bytes.NewReader(b), f, err
}

func packFiles(folder fs.FS, root string, paths []string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range slices.Sorted(slices.Values(paths)) {
		text, err := fs.ReadFile(folder, p)
		if err != nil {
			return nil, err
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: strings.TrimPrefix(p, root+"/"), Method: zip.Store})
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
