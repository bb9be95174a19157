package account

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"vigie/fault"
)

// ParseGrant reads a role and the scope it is held in: analyst, or
// contributor:REG-76, or contributor:reseau:NOM.
//
// Error: Invalid for an unknown role, a scope that cannot be one, and a scope
// for an administrator.
func ParseGrant(s string) (Grant, error) {
	role, scope, _ := strings.Cut(strings.TrimSpace(s), ":")
	g := Grant{Role: Role(role), Scope: scope}
	return g, g.Check()
}

// Check refuses a role that cannot be granted and a scope that cannot be one.
//
// Error: Invalid.
func (g Grant) Check() error {
	if !slices.Contains(Roles[:], g.Role) {
		return fault.Invalidf("choisissez parmi reader, contributor, editor, analyst, publisher et administrator", "« %s » n’est pas un rôle", g.Role)
	}
	strange := strings.ContainsFunc(g.Scope, func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(`<>"'&,`, r) })
	network, named := strings.CutPrefix(g.Scope, "reseau:")
	code, _, _ := strings.Cut(g.Scope, "-")
	switch {
	case g.Scope == "":
	case len(g.Scope) > 80 || strange || named && strings.TrimSpace(network) == "",
		!named && !slices.Contains([]string{"FR", "FM", "REG", "DEP", "EPCI", "COM"}, code):
		return fault.Invalidf("donnez le code d’un territoire, comme REG-76, ou un réseau, comme reseau:NOM", "étendue de rôle impossible")
	case g.Role == Administrator || g.Role == Publisher:
		return fault.Invalidf("accordez ce rôle sans étendue", "ce rôle vaut pour tout l’observatoire")
	}
	return nil
}

// String returns the grant as ParseGrant reads it.
func (g Grant) String() string { return strings.TrimSuffix(string(g.Role)+":"+g.Scope, ":") }

// SortGrants returns the grants in their order, each once.
func SortGrants(all []Grant) []Grant {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Grant) int {
		return cmp.Or(slices.Index(Roles[:], a.Role)-slices.Index(Roles[:], b.Role), cmp.Compare(a.Scope, b.Scope))
	})
	return slices.Compact(all)
}
