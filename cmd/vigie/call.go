package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"vigie/observatory"
)

// call is one call of a verb on an observatory, which is open once open has
// returned nil; the caller closes its DB.
type call struct {
	*observatory.Walk
	e      *env
	flags  *flag.FlagSet
	config *config
	json   *bool
	args   []string
}

// call declares the flags that such verbs have, --dir, --database and --json;
// usage is what stands beside them.
func (e *env) call(name, usage string) *call {
	c := &call{e: e, flags: flags(e, name, usage+" [--dir DOSSIER] [--json]")}
	c.config = configFlags(c.flags)
	c.json = c.flags.Bool("json", false, "écrire en JSON")
	return c
}

// open reads the arguments and opens the observatory.
func (c *call) open(ctx context.Context, args []string, least, most int) (err error) {
	if c.args, err = c.e.parse(c.flags, args, least, most); err != nil {
		return err
	}
	c.Walk, err = c.config.walk(ctx, c.e)
	return err
}

// tell writes a value in JSON when that is asked for, lines otherwise.
func (c *call) tell(v any, lines ...string) error {
	if *c.json {
		return json.NewEncoder(c.e.stdout).Encode(v)
	}
	for _, l := range lines {
		fmt.Fprintln(c.e.stdout, l)
	}
	return nil
}

// listed reads rows and tells them; the first argument may be « list ».
func (c *call) listed(ctx context.Context, args []string, read func() (any, []string, error)) error {
	if len(args) > 0 && args[0] == "list" {
		args = args[1:]
	}
	if err := c.open(ctx, args, 0, 0); err != nil {
		return err
	}
	defer c.DB.Close()
	rows, lines, err := read()
	if err != nil {
		return err
	}
	return c.tell(rows, lines...)
}
