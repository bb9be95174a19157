// Package doc holds the guides of who works in an observatory, embedded: the
// Markdown of doc/operate that the back office shows as it is read in the
// repository. It knows nothing of pages. Start with Guide.
package doc

import "embed"

//go:embed operate/account.md operate/analyst.md operate/editor.md operate/publisher.md operate/administrator.md operate/api.md operate/import.md operate/analyst/mediatheques-exercice.csv
var files embed.FS

// Exercise is the base name of the file that the analyst's guide learns with.
const Exercise = "mediatheques-exercice.csv"

// Guide returns the Markdown of a guide by the base name of its file:
// analyst.md.
func Guide(name string) ([]byte, error) { return files.ReadFile("operate/" + name) }

// ExerciseFile returns the bytes of Exercise.
func ExerciseFile() ([]byte, error) { return files.ReadFile("operate/analyst/" + Exercise) }
