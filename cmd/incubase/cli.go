package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"incubase/db/pg"
)

// Exit codes: 1 the work failed, 2 the command line or a setting was wrong.
const (
	exitFailed = 1
	exitUsage  = 2
)

// common are the settings of every command that touches data.
type common struct {
	Data             string `help:"Data folder: the private database, attachments, keys (default: ${default})." default:"./data" env:"INCUBASE_DATA" placeholder:"DIR"`
	DatabaseURL      string `name:"database-url" help:"An existing PostgreSQL (14 or later), as the server's role; empty: the private one in the data folder." env:"INCUBASE_DATABASE_URL" placeholder:"URL"`
	DatabaseOwnerURL string `name:"database-owner-url" help:"The same as the role that migrates; empty: the same role." env:"INCUBASE_DATABASE_OWNER_URL" placeholder:"URL"`
	DatabasePrograms string `name:"database-programs" help:"Folder of PostgreSQL's programs (postgres, initdb); empty: found, else fetched." env:"INCUBASE_DATABASE_PROGRAMS" placeholder:"DIR"`
	SigningKey       string `name:"signing-key" help:"Ed25519 key that signs the roots of the audit chains; empty: DIR/signing.key, made at first use, mode 0600." env:"INCUBASE_SIGNING_KEY" placeholder:"FILE"`
	RowKey           string `name:"row-key" help:"Key that binds rows to the log, the same on all servers; empty: DIR/row.key, made at first use, mode 0600." env:"INCUBASE_ROW_KEY" placeholder:"FILE"`
	LogLevel         string `name:"log-level" help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"INCUBASE_LOG_LEVEL"`
	LogFormat        string `name:"log-format" help:"text or json." enum:"text,json" default:"text" env:"INCUBASE_LOG_FORMAT"`

	bounds       pg.Bounds     // of what one organization may keep; none for commands
	unbound      bool          // look only: without the key that binds rows, go on without it
	databaseWait time.Duration // how long a start waits for a database that is away
}

// commandLine is the whole command line; kong fills it from flags, then INCUBASE_* variables, then the file.
type commandLine struct {
	Config string `help:"YAML file of settings, by the flags' names; flags and INCUBASE_* variables win." env:"INCUBASE_CONFIG" placeholder:"FILE"`

	Serve     serveCommand     `cmd:"" help:"Run the server, and the private database where no other is named."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the schema and the shipped definitions up to date."`
	Demo      demoCommand      `cmd:"" help:"Load the demonstration, or carry real grants through a running system."`
	Check     checkCommand     `cmd:"" help:"Recompute boards and sums and compare them with what is stored."`
	Import    importCommand    `cmd:"" help:"Take in past awards, organizations, applications, divisions or holidays from a file."`
	Export    exportCommand    `cmd:"" help:"Write a list as CSV or XLSX, or a template to fill in."`
	User      userCommand      `cmd:"" help:"Manage people who sign in."`
	Workflow  workflowCommand  `cmd:"" help:"Check, draw, replay or load a workflow definition."`
	Backup    backupCommand    `cmd:"" help:"Copy the database and the attachments into a folder."`
	BackupKey backupKeyCommand `cmd:"" name:"backup-key" help:"Make a key that encrypts backups."`
	Restore   restoreCommand   `cmd:"" help:"Load a backup into an empty database."`
	Erase     eraseCommand     `cmd:"" help:"Erase personal data, by an act that is listed; decisions, sums and hashes stay."`
	Audit     auditCommand     `cmd:"" help:"Verify the hash chains and the ledger, or sign their roots."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// session is what a command's Run gets beside its own flags.
type session struct {
	ctx    context.Context
	stdout io.Writer
	stderr io.Writer
}

// run is the program: arguments and environment in, an exit code out. env is checked for misspelt INCUBASE_* names.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli commandLine
	code := -1
	settings, err := readFile(configPath(args, environment(env)), environment(env))
	if err != nil {
		fmt.Fprintln(stderr, "incubase:", err)
		return exitUsage
	}
	parser, err := kong.New(&cli, kong.Name("incubase"), kong.Writers(stdout, stderr),
		kong.Description(
			"Grant and project pipeline for incubator bases of community organizations. 社会组织孵化基地的申报、评审、资助与结项系统。"),
		kong.UsageOnError(), kong.Exit(func(c int) { code = c }), kong.Resolvers(settings))
	if err != nil {
		fmt.Fprintln(stderr, "incubase:", err)
		return exitUsage
	}
	if err := unknownVariables(parser.Model, environment(env)); err != nil {
		fmt.Fprintln(stderr, "incubase:", err)
		return exitUsage
	}
	parsed, err := parser.Parse(args)
	if code >= 0 { // --help has answered
		return code
	}
	if err != nil {
		fmt.Fprintln(stderr, "incubase:", err)
		return exitUsage
	}
	return outcome(parsed.Run(&session{ctx: ctx, stdout: stdout, stderr: stderr}), stderr)
}

// usageError is a wrong setting that only the command itself could notice.
type usageError struct{ error }

func outcome(err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "incubase:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "incubase:", err)
	return exitFailed
}

// configPath finds --config before the rest is parsed, because the file stands behind all other settings.
func configPath(args []string, env map[string]string) string {
	for i, a := range args {
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
		if len(a) > 9 && a[:9] == "--config=" {
			return a[9:]
		}
	}
	return env["INCUBASE_CONFIG"]
}

// version of the program; releases stamp it.
var version = "0.1.0-dev"

type versionCommand struct{}

func (versionCommand) Run(s *session) error {
	_, err := fmt.Fprintf(s.stdout, "incubase %s\n", version)
	return err
}

// drain is how long a stopping server waits for requests under way.
const drain = 20 * time.Second
