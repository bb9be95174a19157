package main

import "context"

// runSource is the care of source descriptions: how a producer's file is read.
func runSource(ctx context.Context, e *env, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "list":
			return listSources(ctx, e, args[1:])
		case "show":
			return showSource(ctx, e, args[1:])
		case "write":
			return writeSource(ctx, e, args[1:])
		case "detect":
			return detectSource(ctx, e, args[1:])
		case "preview":
			return previewSource(ctx, e, args[1:])
		}
	}
	f := flags(e, "source", "list | show NOM | write DESCRIPTION.toml | detect FICHIER | preview FICHIER")
	if _, err := e.parse(f, args, 0, 0); err != nil {
		return err
	}
	f.Usage()
	return errUsage
}
