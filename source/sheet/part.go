package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"vigie/fault"
)

// Limits against bombs and mistakes.
const (
	mostDecoded = 8 << 30   // bytes of a text once decompressed
	mostHeld    = 512 << 20 // bytes of a part that must be held in memory
	mostRatio   = 250       // bytes out for one byte in, past ratioFrom
	ratioFrom   = 32 << 20
	mostMembers = 10_000
	mostColumns = 16_384
)

var (
	errTooBig = errors.New("trop volumineux une fois décompressé")
	errBomb   = errors.New("contenu démesuré pour sa taille compressée (bombe de décompression)")
)

// part is one readable piece: the file, or a member of its zip.
type part struct {
	file, member string
	open         func() (io.ReadCloser, error) // a new reading from the start
	at           io.ReaderAt                   // direct access, nil when compressed
	size         int64                         // of at
	most         int64                         // bytes that open may give
}

// where names the part in a fault.
func (p *part) where() string {
	if p.member == "" {
		return p.file
	}
	return p.file + ", membre « " + p.member + " »"
}

// head returns the first bytes of the part.
func (p *part) head(n int) ([]byte, error) {
	r, err := p.open()
	if err != nil {
		return nil, p.unreadable(err)
	}
	defer r.Close()
	b := make([]byte, n)
	got, err := io.ReadFull(r, b)
	if err != nil && err != io.EOF && (err != io.ErrUnexpectedEOF || got == 0) {
		return nil, p.unreadable(err)
	}
	return b[:got], nil
}

// unpackGzip makes a part compressed by gzip read as its content.
func (p *part) unpackGzip() error {
	head, err := p.head(3)
	if err != nil || len(head) < 3 || head[0] != 0x1f || head[1] != 0x8b {
		return err
	}
	under := p.open
	p.at = nil
	p.open = func() (io.ReadCloser, error) {
		r, err := under()
		if err != nil {
			return nil, err
		}
		in := &counted{r: bufio.NewReaderSize(r, 64<<10)}
		z, err := gzip.NewReader(in)
		if err != nil {
			r.Close()
			return nil, err
		}
		return closing{&bounded{r: z, in: in, left: p.most}, r}, nil
	}
	if head, err = p.head(3); err != nil {
		return err
	}
	if len(head) == 0 {
		return fault.Invalidf("téléchargez-le de nouveau", "%s : fichier vide une fois décompressé", p.where())
	}
	if len(head) == 3 && head[0] == 0x1f && head[1] == 0x8b {
		return fault.Invalidf("décompressez-le une fois", "%s : gzip dans un gzip", p.where())
	}
	return nil
}

// direct gives access to any byte of the part, held in memory when it is
// compressed.
func (p *part) direct() (io.ReaderAt, int64, error) {
	if p.at != nil {
		return p.at, p.size, nil
	}
	b, err := p.all()
	if err != nil {
		return nil, 0, err
	}
	p.at, p.size = bytes.NewReader(b), int64(len(b))
	return p.at, p.size, nil
}

// all holds the part in memory.
func (p *part) all() ([]byte, error) {
	r, err := p.open()
	if err != nil {
		return nil, p.unreadable(err)
	}
	defer r.Close()
	b, err := io.ReadAll(&bounded{r: r, left: mostHeld})
	if err != nil {
		return nil, p.unreadable(err)
	}
	return b, nil
}

type closing struct {
	io.Reader
	io.Closer
}

// counted counts what is read of compressed bytes.
type counted struct {
	r *bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// bounded fails once left bytes were read and more come, or when much more
// comes out than went in.
type bounded struct {
	r    io.Reader
	in   *counted // nil: no ratio to hold
	out  int64
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.out += int64(n)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooBig
	}
	if b.in != nil && b.out > ratioFrom && b.out/mostRatio > b.in.n {
		return 0, errBomb
	}
	return n, err
}

// unreadable puts an error of the byte layer in our words; a fault stays as it
// is.
func (p *part) unreadable(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	do := "vérifiez que le fichier existe encore et peut être lu"
	switch {
	case errors.Is(err, errTooBig):
		do = "coupez le fichier en plusieurs parties"
	case errors.Is(err, errBomb):
		do = "n'importez pas ce fichier ; demandez au producteur le fichier d'origine"
	case isCorrupt(err):
		do = "téléchargez le fichier de nouveau : il est tronqué ou abîmé"
	}
	return &fault.Error{Kind: fault.Invalid, What: p.where() + " : illisible", Do: do, Err: err}
}

// isCorrupt reports whether err says that compressed bytes are wrong.
func isCorrupt(err error) bool {
	_, ok := errors.AsType[flate.CorruptInputError](err)
	return ok || slices.ContainsFunc([]error{gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF, zip.ErrFormat, zip.ErrChecksum},
		func(e error) bool { return errors.Is(err, e) })
}

// archived is what people call a zip: an .xlsx is a workbook.
func (p *part) archived() string {
	if strings.EqualFold(path.Ext(cmp.Or(p.member, p.file)), ".xlsx") {
		return "classeur"
	}
	return "zip"
}

// archive opens the directory of a zip.
func (p *part) archive() (*zip.Reader, error) {
	at, size, err := p.direct()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: p.where() + " : " + p.archived() + " illisible", Do: "téléchargez le fichier de nouveau : il est tronqué ou abîmé", Err: err}
	}
	if len(z.File) > mostMembers {
		return nil, fault.Invalidf("gardez les seuls fichiers à lire", "%s : %d membres, au plus %d", p.where(), len(z.File), mostMembers)
	}
	seen := map[string]bool{}
	for _, m := range z.File {
		if seen[m.Name] {
			return nil, fault.Invalidf("refaites l'archive avec un seul fichier de ce nom", "%s : membre « %s » présent deux fois", p.where(), m.Name)
		}
		seen[m.Name] = true
	}
	return z, nil
}

// memberPart makes a part of one member.
func (p *part) memberPart(m *zip.File) (*part, error) {
	if m.Flags&1 != 0 {
		return nil, fault.Invalidf("refaites l'archive sans mot de passe", "%s, membre « %s » : protégé par un mot de passe", p.where(), m.Name)
	}
	if m.Method != zip.Store && m.Method != zip.Deflate {
		return nil, fault.Invalidf("refaites l'archive avec la compression ordinaire (deflate)", "%s, membre « %s » : méthode de compression %d inconnue", p.where(), m.Name, m.Method)
	}
	of := &part{file: p.file, member: m.Name, most: p.most}
	of.open = func() (io.ReadCloser, error) {
		r, err := m.Open()
		if err != nil {
			return nil, err
		}
		in := &counted{n: int64(m.CompressedSize64)}
		return closing{&bounded{r: r, in: in, left: of.most}, r}, nil
	}
	return of, nil
}

// noTable are the endings of members that are set aside unless named by
// Options.Members.
var noTable = []string{".pdf", ".doc", ".docx", ".odt", ".rtf", ".png", ".jpg", ".jpeg", ".svg", ".htm", ".html", ".md", ".r", ".py"}

// addMembers opens the members of a zip, in the order of its directory.
func (f *File) addMembers(p *part, o Options) error {
	z, err := p.archive()
	if err != nil {
		return err
	}
	for _, m := range z.File {
		name := path.Base(m.Name)
		if strings.HasSuffix(m.Name, "/") || strings.HasPrefix(m.Name, "__MACOSX/") || strings.HasPrefix(name, ".") {
			continue
		}
		if len(o.Members) > 0 {
			if !slices.ContainsFunc(o.Members, func(pattern string) bool { return matches(pattern, m.Name) || matches(pattern, name) }) {
				f.notes = append(f.notes, fmt.Sprintf("membre « %s » non retenu", m.Name))
				continue
			}
		} else if slices.Contains(noTable, strings.ToLower(path.Ext(name))) {
			f.notes = append(f.notes, fmt.Sprintf("membre « %s » laissé de côté : ce n'est pas une table", m.Name))
			continue
		}
		of, err := p.memberPart(m)
		if err != nil {
			return err
		}
		if m.UncompressedSize64 == 0 {
			return fault.Invalidf("refaites l'archive, ou dites les membres à lire dans [file] members", "%s : fichier vide (0 octet)", of.where())
		}
		if err := f.add(of, o, false); err != nil {
			return err
		}
	}
	return nil
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
