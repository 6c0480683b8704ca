package main

import (
	"fmt"
	"os"

	"filippo.io/age"

	"incubase/cmd/incubase/app"
)

type backupKeyCommand struct {
	File string `arg:"" help:"File to write; it must not exist." placeholder:"FILE"`
}

// Run creates a key for backups. It prints the public half, which suffices to write them: the secret one need not be
// on the machine.
func (c *backupKeyCommand) Run(s *app.Session) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return app.UsageError{Err: err}
	}
	_, err = fmt.Fprintf(f, "# public key: %s\n%s\n", key.Recipient(), key)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout,
		"%s holds the secret key: keep it away from this machine, and a copy elsewhere; a backup is lost without it\n"+
			"public key, enough for backup --key: %s\n", c.File, key.Recipient())
	return err
}
