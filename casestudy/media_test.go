package casestudy

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"vigie/fault"
)

// painted is a picture whose left half is red, right half blue, top-left
// quarter green.
func painted(w, h int, alpha uint8) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{200, 0, 0, alpha}
			switch {
			case x >= w/2:
				c = color.NRGBA{0, 0, 200, alpha}
			case y < h/2:
				c = color.NRGBA{0, 200, 0, alpha}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asJPEG puts an Exif segment with an orientation and a secret first.
func asJPEG(t testing.TB, m image.Image, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	exif := exifOf(orientation, order)
	segment := binary.BigEndian.AppendUint16([]byte("\xff\xd8\xff\xe1"), uint16(len(exif)+2))
	return append(append(segment, exif...), b.Bytes()[2:]...)
}

func exifOf(orientation uint16, order binary.AppendByteOrder) []byte {
	exif := []byte("Exif\x00\x00II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		exif = []byte("Exif\x00\x00MM\x00*")
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, 274)
	exif = order.AppendUint16(exif, 3)
	exif = order.AppendUint32(exif, 1)
	exif = order.AppendUint16(exif, orientation)
	return append(exif, "\x00\x00\x00\x00\x00\x00SECRET GPS 48.85"...)
}

// colourAt names the colour of a pixel of a picture that was kept.
func colourAt(t testing.TB, p Picture, x, y int) string {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := m.At(x, y).RGBA()
	switch max(r, g, b) {
	case r:
		return "red"
	case g:
		return "green"
	}
	return "blue"
}

// A photograph stands upright whatever way the camera was held, and keeps
// nothing but its pixels.
func TestReencodeTurns(t *testing.T) {
	// where the green quarter is once turned: left, top
	corner := map[uint16][2]bool{1: {true, true}, 2: {false, true}, 3: {false, false}, 4: {true, false}, 5: {true, true}, 6: {false, true}, 7: {false, false}, 8: {true, false}}
	for o, at := range corner {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := Reencode(asJPEG(t, painted(64, 32, 255), o, order), PictureBounds)
			if err != nil {
				t.Fatal(err)
			}
			w, h := 64, 32
			if o > 4 {
				w, h = 32, 64
			}
			if p.Width != w || p.Height != h || p.Type != "image/jpeg" || bytes.Contains(p.Bytes, []byte("SECRET")) || bytes.Contains(p.Bytes, []byte("Exif")) {
				t.Errorf("orientation %d: %s of %d by %d", o, p.Type, p.Width, p.Height)
			}
			x, y := 4, 4
			if !at[0] {
				x = w - 5
			}
			if !at[1] {
				y = h - 5
			}
			if got := colourAt(t, p, x, y); got != "green" {
				t.Errorf("orientation %d: %s at %d, %d", o, got, x, y)
			}
		}
	}
}

func TestReencodeReduces(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH int }{{3000, 40, 2000, 26}, {9001, 10, 2000, 2}, {2001, 1, 2000, 1}, {40, 4100, 19, 2000}, {2000, 5, 2000, 5}, {1, 1, 1, 1}} {
		p, err := Reencode(asPNG(t, painted(c.w, c.h, 255)), PictureBounds)
		if err != nil || p.Width != c.wantW || p.Height != c.wantH || p.Type != "image/png" {
			t.Errorf("%d by %d: %s, %d by %d, %v", c.w, c.h, p.Type, p.Width, p.Height, err)
		}
		if c.w > 2000 && colourAt(t, p, p.Width-2, p.Height/2) != "blue" {
			t.Errorf("%d by %d: the right is no longer blue", c.w, c.h)
		}
	}
}

func TestReencodeKeepsKind(t *testing.T) {
	clear, err := Reencode(asPNG(t, painted(20, 20, 100)), PictureBounds)
	if err != nil || clear.Type != "image/png" {
		t.Errorf("transparent: %s, %v", clear.Type, err)
	}
	noise := image.NewNRGBA(image.Rect(0, 0, 600, 600))
	seed := uint32(1)
	for i := range noise.Pix {
		seed = seed*1664525 + 1013904223
		noise.Pix[i] = uint8(seed >> 24)
		if i%4 == 3 {
			noise.Pix[i] = 255
		}
	}
	photo, err := Reencode(asPNG(t, noise), PictureBounds)
	if err != nil || photo.Type != "image/jpeg" {
		t.Errorf("a photograph in PNG: %s, %v", photo.Type, err)
	}
	again, err := Reencode(asPNG(t, noise), PictureBounds)
	if err != nil || !bytes.Equal(photo.Bytes, again.Bytes) {
		t.Error("two tries give two pictures")
	}
	var g bytes.Buffer
	if err := gif.Encode(&g, painted(30, 30, 255), nil); err != nil {
		t.Fatal(err)
	}
	if p, err := Reencode(g.Bytes(), PictureBounds); err != nil || p.Type != "image/png" || p.Width != 30 {
		t.Errorf("gif: %+v %v", p.Type, err)
	}
	// a WebP of one pixel, without loss
	webp := "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
	if p, err := Reencode([]byte(webp), PictureBounds); err != nil || p.Width != 1 || p.Height != 1 {
		t.Errorf("webp: %+v, %v", p, err)
	}
	chunk := append([]byte("eXIf"), exifOf(6, binary.LittleEndian)[6:]...)
	raw := asPNG(t, painted(20, 10, 255))
	block := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	block = binary.BigEndian.AppendUint32(append(block, chunk...), crc32.ChecksumIEEE(chunk))
	turnedPNG := append(append(append([]byte{}, raw[:33]...), block...), raw[33:]...)
	if p, err := Reencode(turnedPNG, PictureBounds); err != nil || p.Width != 10 {
		t.Errorf("png with an orientation: %d wide, %v", p.Width, err)
	}
}

// bombed is the header of a PNG that says it is large.
func bombed(t testing.TB, w, h uint32, depth byte) []byte {
	raw := asPNG(t, painted(2, 2, 255))
	binary.BigEndian.PutUint32(raw[16:], w)
	binary.BigEndian.PutUint32(raw[20:], h)
	raw[24] = depth
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestReencodeRefuses(t *testing.T) {
	whole := asJPEG(t, painted(64, 64, 255), 1, binary.LittleEndian)
	swept := bytes.Replace(whole, []byte("\xff\xc0"), []byte("\xff\xc2"), 1)
	at := bytes.Index(swept, []byte("\xff\xc2"))
	binary.BigEndian.PutUint16(swept[at+5:], 5000)
	binary.BigEndian.PutUint16(swept[at+7:], 5000)
	for what, c := range map[string]struct {
		raw  []byte
		said string
	}{
		"empty":               {nil, "fichier vide"},
		"30 MB":               {make([]byte, 30<<20), "image de 30 Mo ; 20 Mo au plus"},
		"a byte too many":     {append(make([]byte, 20<<20), 0), "image de 21 Mo"},
		"svg":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"></svg>`), "SVG"},
		"svg with a script":   {[]byte("\xef\xbb\xbf<?xml version=\"1.0\"?><!-- " + strings.Repeat("a", 3000) + "--><SVG onload='alert(1)'><script>alert(1)</script></SVG>"), "SVG"},
		"html":                {[]byte("<!DOCTYPE html><p>"), "page"},
		"heic":                {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "HEIC"},
		"avif":                {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), "AVIF"},
		"pdf":                 {[]byte("%PDF-1.7"), "PDF"},
		"bmp":                 {[]byte("BM123456"), "BMP"},
		"tiff":                {[]byte("II*\x00abcd"), "TIFF"},
		"zip":                 {[]byte("PK\x03\x04abcd"), "archive"},
		"text":                {[]byte("bonjour"), "connue"},
		"cut":                 {whole[:len(whole)/3], "abîmée"},
		"bomb":                {bombed(t, 30000, 30000, 8), "900 millions"},
		"wide":                {bombed(t, 1<<20, 1, 8), "65 000"},
		"deep":                {bombed(t, 6000, 6000, 16), "28 au plus"},
		"51 million":          {bombed(t, 51000, 1000, 8), "51 millions de pixels ; 50 au plus"},
		"many passes, 25 Mpx": {swept, "15 au plus"},
		"riff of sound":       {[]byte("RIFF\x00\x00\x00\x00WAVEfmt "), "abîmée"},
	} {
		_, err := Reencode(c.raw, PictureBounds)
		if err == nil || !strings.Contains(err.Error()+fault.Do(err), c.said) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v; want %q", what, err, c.said)
		}
	}
}

// Whatever is sent is refused or becomes a picture that can be read again.
func FuzzReencode(f *testing.F) {
	f.Add(asPNG(f, painted(9, 5, 255)))
	f.Add(asJPEG(f, painted(9, 5, 255), 6, binary.BigEndian))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Reencode(raw, Bounds{Bytes: 1 << 16, Pixels: 1 << 16, Side: 32})
		if err != nil {
			return
		}
		c, _, err := image.DecodeConfig(bytes.NewReader(p.Bytes))
		if err != nil || c.Width != p.Width || c.Height != p.Height || p.Width > 32 || p.Height > 32 {
			t.Errorf("%d by %d: %v", p.Width, p.Height, err)
		}
	})
}
