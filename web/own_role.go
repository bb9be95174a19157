package web

import (
	"net/http"
	"slices"
	"strings"

	"vigie/account"
)

// roleBody is what each role lets do, for who wants to ask for one.
type roleBody struct {
	Roles []roleLine `json:"roles"`
}

// roleLine is a role: where the visitor holds it, and what it lets do.
type roleLine struct {
	Role    account.Role     `json:"role"`
	Held    []string         `json:"held,omitempty"` // scopes, "" for the whole
	Actions []account.Action `json:"actions"`

	Name, What, Says string `json:"-"`
}

// roleShow says what each role lets do, those of the visitor among them.
func (s *Server) roleShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	var body roleBody
	for _, role := range account.Roles {
		line := roleLine{Role: role, Name: v.T("role." + string(role))}
		_, line.What, _ = strings.Cut(v.T("person.role_"+string(role)), ":")
		line.What = sentence(v.l, strings.TrimSpace(line.What))
		for _, g := range v.Grants {
			if g.Role == role {
				line.Held = append(line.Held, g.Scope)
			}
		}
		for a, rule := range account.Matrix {
			if slices.Contains(rule.Roles, role) && !slices.Contains(rule.Roles, account.Member) {
				line.Actions = append(line.Actions, a)
			}
		}
		slices.Sort(line.Actions)
		for _, a := range line.Actions {
			line.Says = joined(" · ", line.Says, v.T("action."+string(a)))
		}
		body.Roles = append(body.Roles, line)
	}
	return s.show(w, r, v, deskPage{Template: "own_role", Title: v.T("own.role_title"), Lead: v.T("own.role_lead"), Crumbs: ownCrumbs(v), Body: body})
}
