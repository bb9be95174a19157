package casestudy

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"vigie/fault"
)

// Bounds say what pictures are taken and how large they are kept.
type Bounds struct {
	Bytes  int // of the file
	Pixels int // width times height
	Side   int // of what is kept, in pixels
}

// PictureBounds are those of the case base.
var PictureBounds = Bounds{Bytes: 20 << 20, Pixels: 50_000_000, Side: 2000}

// mostMemory is what decoding one picture may take, in bytes.
const mostMemory = 220 << 20

// heavyPNG is the size from which an opaque picture is kept as a photograph.
const heavyPNG = 1 << 20

// Picture is a picture as it is kept and shown.
type Picture struct {
	Bytes         []byte
	Type          string // image/jpeg or image/png
	Width, Height int
}

// Reencode returns a picture made anew from what somebody sent: its pixels and
// nothing else, upright, no side longer than the bounds. JPEG, PNG, WebP and
// GIF are read, of the last its first image only. What is too heavy or too
// large is refused before it is decoded. The same bytes give the same picture.
func Reencode(raw []byte, b Bounds) (Picture, error) {
	if len(raw) > b.Bytes {
		return Picture{}, fault.Invalidf("réduisez-la ou enregistrez-la en JPEG, puis joignez-la de nouveau", "image de %d Mo ; %d Mo au plus",
			(len(raw)+1<<20-1)>>20, b.Bytes>>20)
	}
	if err := refusedFormat(raw); err != nil {
		return Picture{}, err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, spoiled(err)
	}
	if err := tooLarge(config, raw, b); err != nil {
		return Picture{}, err
	}
	m, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, spoiled(err)
	}
	return encode(upright(reduced(m, b.Side), orientation(raw)), format)
}

func spoiled(err error) error {
	return &fault.Error{Kind: fault.Invalid, What: "image abîmée ou incomplète", Do: "ouvrez-la, enregistrez-la de nouveau en JPEG ou en PNG, puis joignez-la", Err: err}
}

// refusedFormat names the formats that people send and that are not kept.
func refusedFormat(raw []byte) error {
	head := raw[:min(len(raw), 1024)]
	brand := ""
	if len(head) > 12 && string(head[4:8]) == "ftyp" {
		brand = string(head[8:12])
	}
	text := strings.ToLower(strings.TrimLeft(string(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))), " \t\r\n"))
	const do = "enregistrez-la en JPEG ou en PNG, puis joignez-la de nouveau"
	switch {
	case len(raw) == 0:
		return fault.Invalidf("joignez une image JPEG, PNG, WebP ou GIF", "fichier vide")
	case strings.HasPrefix(text, "<") && strings.Contains(strings.ToLower(string(raw)), "<svg"):
		return fault.Invalidf(do, "dessin SVG : il peut contenir du programme, il n'est pas gardé")
	case strings.HasPrefix(text, "<"):
		return fault.Invalidf(do, "page ou document XML, et non une image")
	case strings.HasPrefix(brand, "avi"):
		return fault.Invalidf(do, "image AVIF : ce format n'est pas lu")
	case brand != "":
		return fault.Invalidf("sur le téléphone, choisissez « le plus compatible » ou envoyez-la en JPEG", "photo HEIC ou vidéo : ce format n'est pas lu")
	case strings.HasPrefix(string(head), "%PDF"):
		return fault.Invalidf(do, "document PDF, et non une image")
	case strings.HasPrefix(string(head), "BM"), strings.HasPrefix(string(head), "II*\x00"), strings.HasPrefix(string(head), "MM\x00*"):
		return fault.Invalidf(do, "image BMP ou TIFF : ce format n'est pas lu")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")), strings.HasPrefix(string(head), "PK\x03\x04"):
		return fault.Invalidf("joignez l'image elle-même", "archive, et non une image")
	}
	for _, known := range []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF8", "RIFF"} {
		if bytes.HasPrefix(head, []byte(known)) {
			return nil
		}
	}
	return fault.Invalidf("joignez une image JPEG, PNG, WebP ou GIF", "ce fichier n'est pas une image connue")
}

// tooLarge refuses by the header what would take too much to decode.
func tooLarge(c image.Config, raw []byte, b Bounds) error {
	pixels := c.Width * c.Height
	if c.Width < 1 || c.Height < 1 || c.Width > 1<<16 || c.Height > 1<<16 {
		return fault.Invalidf("joignez une image de moins de 65 000 pixels de côté", "image de %d sur %d pixels", c.Width, c.Height)
	}
	each := 4
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8")) && progressive(raw):
		each = 15 // coefficients of the three colours beside the pixels
	case c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model:
		each = 8
	}
	if most := min(b.Pixels, mostMemory/each); pixels > most {
		return fault.Invalidf("réduisez-la à 4 000 pixels de côté, puis joignez-la de nouveau", "image de %d millions de pixels ; %d au plus pour ce format",
			(pixels+999_999)/1_000_000, most/1_000_000)
	}
	return nil
}

// reduced returns the picture with no side longer than a number of pixels: by
// halves, each pixel the mean of four, then the rest of the way.
func reduced(m image.Image, side int) image.Image {
	for {
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		long := max(w, h)
		if long <= side {
			return m
		}
		nw, nh := (w+1)/2, (h+1)/2
		if long < 2*side {
			nw, nh = max(1, w*side/long), max(1, h*side/long)
		}
		to := image.NewNRGBA(image.Rect(0, 0, nw, nh))
		draw.ApproxBiLinear.Scale(to, to.Bounds(), m, m.Bounds(), draw.Src, nil)
		m = to
	}
}

// encode writes the pixels: as PNG what is transparent and what was drawn, as
// JPEG photographs.
func encode(m *image.NRGBA, format string) (Picture, error) {
	var out bytes.Buffer
	p := Picture{Type: "image/png", Width: m.Bounds().Dx(), Height: m.Bounds().Dy()}
	if format != "jpeg" || !m.Opaque() {
		if err := png.Encode(&out, m); err != nil {
			return Picture{}, err
		}
		if !m.Opaque() || out.Len() <= heavyPNG {
			p.Bytes = out.Bytes()
			return p, nil
		}
		out.Reset()
	}
	opaque := image.NewRGBA(m.Bounds())
	draw.Draw(opaque, opaque.Bounds(), m, m.Bounds().Min, draw.Src)
	if err := jpeg.Encode(&out, opaque, &jpeg.Options{Quality: 85}); err != nil {
		return Picture{}, err
	}
	p.Type, p.Bytes = "image/jpeg", out.Bytes()
	return p, nil
}
