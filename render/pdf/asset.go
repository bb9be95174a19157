package pdf

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"

	"vigie/fault"
)

// EngineSHA256 is the digest of the Typst compiler that this package speaks
// to: @myriaddreamin/typst-ts-web-compiler 0.7.0. The names of the functions
// it imports end with hashes that change with every version, so another
// version is refused.
const EngineSHA256 = "1fc968438a672366dfec39c96c842c26ed29caff4eb1bcaab19a6c60867de5fd"

// EngineFile is the compressed compiler, relative to this package.
const EngineFile = "engine/typst.wasm.gz"

// Fonts are the files of font/ given to Typst, in order: the only typefaces
// that a document or a chart can name.
var Fonts = []string{
	"SourceSans3-Regular.ttf", "SourceSans3-It.ttf", "SourceSans3-Semibold.ttf", "SourceSans3-Bold.ttf",
	"SourceSerif4-Regular.ttf", "SourceSerif4-It.ttf", "SourceSerif4-Semibold.ttf", "SourceSerif4-Bold.ttf",
	"SourceSerif4Display-Regular.ttf", "SourceSerif4Display-Semibold.ttf",
}

//go:embed engine font
var asset embed.FS

const remedyBuild = "lancez make build, qui prépare le moteur et les polices"

// wasm returns the compiler, decompressed and checked.
func wasm() ([]byte, error) {
	packed, err := asset.ReadFile(EngineFile)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "moteur PDF absent de ce programme", Do: remedyBuild}
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, broken(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, broken(err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != EngineSHA256 {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "moteur PDF : version ou empreinte inattendue", Do: remedyBuild}
	}
	return raw, nil
}

func broken(err error) error {
	return &fault.Error{Kind: fault.Unavailable, What: "moteur PDF illisible", Do: remedyBuild, Err: err}
}

// fonts returns the font files in the order of Fonts.
func fonts() ([][]byte, error) {
	out := make([][]byte, len(Fonts))
	for i, name := range Fonts {
		b, err := asset.ReadFile("font/" + name)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Unavailable, What: "police absente de ce programme : " + name, Do: remedyBuild}
		}
		out[i] = b
	}
	return out, nil
}
