package main

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"vigie/fault"
	"vigie/source/fetch"
	"vigie/store"
)

// openDelivery opens what a person imports: a file; or a folder, or several
// files, which are one delivery: a zip of them, not compressed, in the order of
// their names, without date, so that the same files are the same bytes, written
// in a scratch of room. name is that of the file, or of the folder with .zip.
// Close the file.
func openDelivery(names []string, room room) (f *store.OpenedFile, name string, err error) {
	members, err := deliveryMembers(names)
	if err != nil {
		return nil, "", err
	}
	if len(names) == 1 && len(members) == 1 && members[0].path == names[0] {
		f, err = openFile(names[0])
		return f, filepath.Base(names[0]), err
	}
	folder := names[0]
	if len(names) > 1 {
		folder = filepath.Dir(folder)
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, "", unreadable(names[0], err)
	}
	f, err = packed(members, room)
	return f, filepath.Base(folder) + ".zip", err
}

// member is one file of a delivery, under the name it has there.
type member struct{ path, name string }

// deliveryMembers lists the files named and those of the folders named.
func deliveryMembers(names []string) ([]member, error) {
	var all []member
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, unreadable(name, err)
		}
		if !info.IsDir() {
			all = append(all, member{name, filepath.Base(name)})
			continue
		}
		err = filepath.WalkDir(name, func(path string, e os.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			rel, err := filepath.Rel(name, path)
			all = append(all, member{path, filepath.ToSlash(rel)})
			return err
		})
		if err != nil {
			return nil, unreadable(name, err)
		}
	}
	slices.SortFunc(all, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	for i := range all {
		if i > 0 && all[i].name == all[i-1].name {
			return nil, fault.Invalidf("renommez l’un des deux", "deux fichiers s’appellent « %s »", all[i].name)
		}
	}
	if len(all) == 0 {
		return nil, fault.Invalidf("donnez un dossier qui contient les fichiers de la livraison", "« %s » : dossier vide", names[0])
	}
	return all, nil
}

// room opens a scratch for what is not one file here: the observatory's own
// folder, or the system's for a command that opens none.
type room func() (*store.Scratch, error)

// packed writes a delivery to a scratch.
func packed(all []member, room room) (f *store.OpenedFile, err error) {
	out, err := room()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close())
		}
	}()
	z := zip.NewWriter(out)
	for _, m := range all {
		if err := addMember(z, m); err != nil {
			return nil, unreadable(m.path, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Opened(), nil
}

func addMember(z *zip.Writer, m member) error {
	in, err := os.Open(m.path)
	if err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
	if err == nil {
		_, err = io.Copy(w, in)
	}
	return errors.Join(err, in.Close())
}

// delivery opens what a person imports: files here, as openDelivery, or the
// file at one address of the web.
func (c *config) delivery(ctx context.Context, names []string, room room) (f *store.OpenedFile, name string, err error) {
	if !slices.ContainsFunc(names, fetch.IsAddress) {
		return openDelivery(names, room)
	}
	if len(names) > 1 {
		return nil, "", fault.Invalidf("importez chaque adresse à part", "une adresse du web et d’autres fichiers sont donnés ensemble")
	}
	if err := c.fill(); err != nil {
		return nil, "", err
	}
	out, err := room()
	if err != nil {
		return nil, "", err
	}
	got, err := c.fetcher().Get(ctx, names[0], out)
	if err != nil {
		return nil, "", errors.Join(err, out.Close())
	}
	return out.Opened(), got.Name, nil
}
