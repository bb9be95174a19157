package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"vigie/fault"
)

// crossKeyFile is the secret that moves the counts of crosses. It is apart from
// the key of sealed secrets, which may be changed: this one stays the same as
// long as a survey is published, or the same question would have two answers.
const crossKeyFile = "cross.key"

// CrossKey returns the secret of the crosses of surveys, made at the first need.
//
// Error: Denied when others may read it, Unavailable when it is damaged.
func (d *DB) CrossKey() (secret []byte, err error) {
	defer wrap(&err, "clé des croisements")
	path := filepath.Join(d.dir, crossKeyFile)
	if err := makeKey(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, &fault.Error{Kind: fault.Denied, What: fmt.Sprintf("le fichier %s peut être lu par d’autres", crossKeyFile), Do: "retirez-leur ce droit : chmod 600 " + crossKeyFile}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	line := strings.TrimSpace(string(text))
	if len(line) < 32 {
		return nil, &fault.Error{Kind: fault.Unavailable, What: fmt.Sprintf("le fichier %s est abîmé", crossKeyFile), Do: "remettez celui de la sauvegarde"}
	}
	return []byte(line), nil
}
