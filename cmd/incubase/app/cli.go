package app

import (
	"context"
	"io"
	"time"

	"incubase/db/pg"
)

// Common are the settings of every command that touches data.
type Common struct {
	Data             string `help:"Data folder: the private database, attachments, keys (default: ${default})." default:"./data" env:"INCUBASE_DATA" placeholder:"DIR"`
	DatabaseURL      string `name:"database-url" help:"An existing PostgreSQL (14 or later), as the server's role; empty: the private one in the data folder." env:"INCUBASE_DATABASE_URL" placeholder:"URL"`
	DatabaseOwnerURL string `name:"database-owner-url" help:"The same as the role that migrates; empty: the same role." env:"INCUBASE_DATABASE_OWNER_URL" placeholder:"URL"`
	DatabaseReadURL  string `name:"database-read-url" help:"Standbys of that PostgreSQL, for boards, exports, public pages and verification; they read there what is up to date, and the rest on the primary. Empty: all on the primary." env:"INCUBASE_DATABASE_READ_URL" placeholder:"URL"`
	Attachments      string `help:"Folder of the files that people bring, shared by all servers; empty: DIR/attachments." env:"INCUBASE_ATTACHMENTS" placeholder:"DIR"`
	DatabasePrograms string `name:"database-programs" help:"Folder of PostgreSQL's programs (postgres, initdb); empty: found, else fetched." env:"INCUBASE_DATABASE_PROGRAMS" placeholder:"DIR"`
	SigningKey       string `name:"signing-key" help:"Ed25519 key that signs the roots of the audit chains; empty: DIR/signing.key, made at first use, mode 0600." env:"INCUBASE_SIGNING_KEY" placeholder:"FILE"`
	RowKey           string `name:"row-key" help:"Key that binds rows to the log, the same on all servers; empty: DIR/row.key, made at first use, mode 0600." env:"INCUBASE_ROW_KEY" placeholder:"FILE"`
	LogLevel         string `name:"log-level" help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"INCUBASE_LOG_LEVEL"`
	LogFormat        string `name:"log-format" help:"text or json." enum:"text,json" default:"text" env:"INCUBASE_LOG_FORMAT"`

	bounds        pg.Bounds     // of what one organization may keep; none for commands
	Unbound       bool          `kong:"-"` // look only: without the key that binds rows, go on without it
	reads, writes int           // connections; 0: the defaults
	databaseWait  time.Duration // how long a start waits for a database that is away
}

// Session is what a command's Run gets beside its own flags.
type Session struct {
	Ctx    context.Context
	Stdout io.Writer
	Stderr io.Writer
}

// UsageError is a wrong setting that only the command itself could notice.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }

func (e UsageError) Unwrap() error { return e.Err }

// Version of the program; releases stamp it.
var Version = "0.1.0-dev"

// Drain is how long a stopping server waits for requests under way.
const Drain = 20 * time.Second
