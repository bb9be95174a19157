package estimate

var degfOps = map[string]operation{
	"degf": {nil, opDegf},
}

// opDegf answers the degrees of freedom of the design, in the domain of
// `where` when there is one.
func opDegf(c *call) any { return c.design.DF() }
