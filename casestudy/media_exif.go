package casestudy

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// upright turns a picture by its Exif orientation, 1 to 8.
func upright(m image.Image, orientation int) *image.NRGBA {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	from, ok := m.(*image.NRGBA)
	if !ok || m.Bounds().Min != (image.Point{}) {
		from = image.NewNRGBA(image.Rect(0, 0, w, h))
		draw.Draw(from, from.Bounds(), m, m.Bounds().Min, draw.Src)
	}
	if orientation < 2 || orientation > 8 {
		return from
	}
	tw, th := w, h
	if orientation > 4 {
		tw, th = h, w
	}
	to := image.NewNRGBA(image.Rect(0, 0, tw, th))
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, orientation)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}

// turned returns where a pixel of a w by h picture goes.
//
// Source: Exif 2.32 (CIPA DC-008), 4.6.4, tag 274.
func turned(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}

// orientation returns the Exif orientation of a JPEG, a PNG or a WebP, 1 when
// there is none.
func orientation(raw []byte) int {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8")):
		found := 1
		segments(raw, func(marker byte, body []byte) bool {
			if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && marker == 0xE1 {
				found = tagged(tiff)
				return false
			}
			return true
		})
		return found
	case bytes.HasPrefix(raw, []byte("\x89PNG")):
		for rest := raw[8:]; len(rest) >= 12; {
			n := int(binary.BigEndian.Uint32(rest))
			if n < 0 || n > len(rest)-12 {
				return 1
			}
			if string(rest[4:8]) == "eXIf" {
				return tagged(rest[8 : 8+n])
			}
			rest = rest[12+n:]
		}
	case bytes.HasPrefix(raw, []byte("RIFF")) && len(raw) > 12:
		for rest := raw[12:]; len(rest) >= 8; {
			n := int(binary.LittleEndian.Uint32(rest[4:]))
			if n < 0 || n > len(rest)-8 {
				return 1
			}
			if string(rest[:4]) == "EXIF" {
				return tagged(bytes.TrimPrefix(rest[8:8+n], []byte("Exif\x00\x00")))
			}
			rest = rest[min(len(rest), 8+n+n%2):]
		}
	}
	return 1
}

// progressive reports whether a JPEG comes in several passes.
func progressive(raw []byte) bool {
	found := false
	segments(raw, func(marker byte, _ []byte) bool {
		found = found || marker == 0xC2
		return !found
	})
	return found
}

// segments calls each with the segments of a JPEG before its pixels, until it
// returns false.
func segments(raw []byte, each func(marker byte, body []byte) bool) {
	for rest := raw[2:]; len(rest) >= 4 && rest[0] == 0xFF; {
		if rest[1] == 0xFF { // padding
			rest = rest[1:]
			continue
		}
		n := int(binary.BigEndian.Uint16(rest[2:]))
		if rest[1] == 0xDA || n < 2 || n > len(rest)-2 || !each(rest[1], rest[4:2+n]) {
			return
		}
		rest = rest[2+n:]
	}
}

// tagged reads the orientation in the first directory of a TIFF header, 1 when
// it is not there.
func tagged(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := order.Uint32(tiff[4:])
	if uint64(at)+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 274 {
			if n := int(order.Uint16(entries[8:])); n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
