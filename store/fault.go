package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"vigie/fault"
)

// wrap says once what the package was doing, and turns what the engine or the
// disk says into a fault with a remedy. Use it deferred.
func wrap(err *error, format string, args ...any) {
	if *err == nil {
		return
	}
	*err = explain(*err)
	fault.Wrap(err, format, args...)
}

// explain leaves faults and unknown errors as they are.
func explain(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return explainSQLite(e.Code()&0xff, err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return explainPostgres(e.Code, err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return errUnreachable(err)
	}
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return errUnreachable(err)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return errDiskFull(err)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		return errDenied(err)
	}
	return err
}

func explainSQLite(code int, err error) error {
	switch code {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &fault.Error{
			Kind: fault.Unavailable, What: "la base est verrouillée par un autre programme", Err: err,
			Do: "attendez qu’il ait fini, ou arrêtez-le, puis recommencez",
		}
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return &fault.Error{
			Kind: fault.Internal, What: "le fichier " + databaseFile + " est endommagé", Err: err,
			Do: "restaurez l’observatoire depuis une sauvegarde",
		}
	case sqlite3.SQLITE_FULL:
		return errDiskFull(err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return errDenied(err)
	}
	return err
}

// explainPostgres reads the class of a SQLSTATE code.
func explainPostgres(code string, err error) error {
	if code == "42501" { // insufficient privilege
		return &fault.Error{
			Kind: fault.Denied, What: "le rôle de la base PostgreSQL n’a pas le droit de lire ou d’écrire cela", Err: err,
			Do: "vérifiez que VIGIE_DATABASE donne le rôle de l’observatoire, et VIGIE_DATABASE_PUBLIC celui des pages publiques",
		}
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "57": // connection, resources, operator intervention
		return errUnreachable(err)
	case "40": // deadlock, serialisation
		return &fault.Error{Kind: fault.Unavailable, What: "une autre écriture est passée avant", Err: err, Do: "recommencez"}
	case "28", "3D", "3F": // authorization, no such database, no such schema
		return &fault.Error{
			Kind: fault.Denied, What: "la base PostgreSQL refuse la connexion", Err: err,
			Do: "vérifiez l’utilisateur, le mot de passe et le nom de la base dans VIGIE_DATABASE",
		}
	}
	return err
}

func errUnreachable(err error) error {
	return &fault.Error{
		Kind: fault.Unavailable, What: "la base PostgreSQL ne répond pas", Err: err,
		Do: "vérifiez que PostgreSQL est démarré et que VIGIE_DATABASE donne la bonne adresse",
	}
}

func errDiskFull(err error) error {
	return &fault.Error{
		Kind: fault.Unavailable, What: "le disque est plein", Err: err,
		Do: "libérez de la place puis recommencez : rien n’a été écrit à moitié",
	}
}

func errDenied(err error) error {
	return &fault.Error{
		Kind: fault.Denied, What: "le dossier de l’observatoire ne peut pas être lu ou écrit", Err: err,
		Do: "vérifiez le propriétaire et les droits du dossier",
	}
}
