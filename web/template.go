package web

import (
	"embed"
	"html/template"
)

//go:embed ui/*/*.html ui/shared/*/*.html
var uiFiles embed.FS

// parseTemplates reads every template of ui: the page, the frame to embed, and
// the components they are made of.
func parseTemplates() (*template.Template, error) {
	return template.New("ui").ParseFS(uiFiles, "ui/*/*.html", "ui/shared/*/*.html")
}
