package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"incubase/cmd/incubase/app"
)

// Exit codes: the work failed; the command line or a setting was wrong.
const (
	exitFailed = 1
	exitUsage  = 2
)

type commandLine struct {
	Config string `help:"YAML file of settings, by the flags' names; flags and INCUBASE_* variables win." env:"INCUBASE_CONFIG" placeholder:"FILE"`

	Serve     app.ServeCommand `cmd:"" help:"Run the server, and the private database where no other is named."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the schema and the shipped definitions up to date."`
	Demo      demoCommand      `cmd:"" help:"Load the demonstration, or carry real grants through a running system."`
	Check     checkCommand     `cmd:"" help:"Recompute boards and sums and compare them with what is stored."`
	Import    importCommand    `cmd:"" help:"Take in past awards, organizations, applications, divisions or holidays from a file."`
	Export    exportCommand    `cmd:"" help:"Write a list as CSV or XLSX, or a template to fill in."`
	User      userCommand      `cmd:"" help:"Manage people who sign in."`
	Workflow  workflowCommand  `cmd:"" help:"Check, draw, replay, try or load a workflow definition."`
	Backup    backupCommand    `cmd:"" help:"Copy the database and the attachments into a folder."`
	BackupKey backupKeyCommand `cmd:"" name:"backup-key" help:"Make a key that encrypts backups."`
	Restore   restoreCommand   `cmd:"" help:"Load a backup into an empty database."`
	Erase     eraseCommand     `cmd:"" help:"Erase personal data, by an act that is listed; decisions, sums and hashes stay."`
	Audit     auditCommand     `cmd:"" help:"Verify the hash chains and the ledger, or sign their roots."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// run returns the exit code. It refuses unknown INCUBASE_* names in env.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli commandLine
	code := -1
	settings, err := app.ReadFile(configPath(args, app.Environment(env)), app.Environment(env))
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
	if err := app.UnknownVariables(parser.Model, app.Environment(env)); err != nil {
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
	return outcome(parsed.Run(&app.Session{Ctx: ctx, Stdout: stdout, Stderr: stderr}), stderr)
}

func outcome(err error, stderr io.Writer) int {
	var usage app.UsageError
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

// configPath finds --config before kong parses, because the file is the last source of settings.
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

type versionCommand struct{}

func (versionCommand) Run(s *app.Session) error {
	_, err := fmt.Fprintf(s.Stdout, "incubase %s\n", app.Version)
	return err
}
