package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db/accounts"
	"incubase/db/audit"
	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

type migrateCommand struct{ app.Common }

func (c *migrateCommand) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = fmt.Fprintln(s.Stdout, "the schema and the shipped definitions are up to date")
	return err
}

type checkCommand struct {
	app.Common
	JSON bool `help:"One JSON object a line."`
}

// Run recomputes derived data and compares it with what is stored.
func (c *checkCommand) Run(s *app.Session) error {
	c.Unbound = true
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	n := 0
	if err := in.DB.Spread.Check(s.Ctx, tell(s.Stdout, c.JSON, &n)); err != nil {
		return err
	}
	return verdict(s.Stdout, c.JSON, n, "boards, sums and numbers of papers agree with the cases", map[string]any{})
}

func tell(w io.Writer, asJSON bool, n *int) func(pg.Problem) {
	return func(p pg.Problem) {
		*n++
		if asJSON {
			_ = json.NewEncoder(w).Encode(p)
			return
		}
		_, _ = fmt.Fprintf(w, "%s\n", p)
	}
}

func verdict(w io.Writer, asJSON bool, n int, good string, facts map[string]any) error {
	if n > 0 {
		return fmt.Errorf("%d problems", n)
	}
	if asJSON {
		facts["problems"] = 0
		return json.NewEncoder(w).Encode(facts)
	}
	_, err := fmt.Fprintln(w, good)
	return err
}

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Recompute every hash chain and the ledger, and check the signed roots."`
	Root   auditRoot   `cmd:"" help:"Sign the heads of all chains now."`
}

type auditVerify struct {
	app.Common
	JSON bool   `help:"One JSON object a line."`
	Kept string `help:"Roots that were kept elsewhere, as audit root printed them: history must still lead to each." type:"existingfile" placeholder:"FILE"`
}

func (c *auditVerify) Run(s *app.Session) error {
	c.Unbound = true
	elsewhere, err := readRoots(c.Kept)
	if err != nil {
		return app.UsageError{Err: err}
	}
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	n := 0
	problem := tell(s.Stdout, c.JSON, &n)
	events, entries, err := in.DB.Spread.Verify(s.Ctx, problem)
	if err != nil {
		return err
	}
	own, err := c.OwnPublicKey()
	if err != nil {
		return err
	}
	roots, err := in.DB.Spread.VerifyRoots(s.Ctx, own, problem)
	if err != nil {
		return err
	}
	if err := in.DB.Spread.VerifyKept(s.Ctx, elsewhere, problem); err != nil {
		return err
	}
	kept, err := in.DB.Spread.NewFiles(c.AttachmentFolder(), cases.DefaultFileLimits)
	if err != nil {
		return err
	}
	files, err := kept.Verify(s.Ctx, problem)
	if err != nil {
		return err
	}
	good := fmt.Sprintf(
		"%d events of cases, %d entries of records, %d files and %d signed roots verify; the ledger agrees", events, entries,
		files, roots)
	if len(elsewhere) > 0 {
		good += fmt.Sprintf("; history leads to the %d roots kept elsewhere", len(elsewhere))
	}
	if !in.DB.Binds() {
		_, _ = fmt.Fprintf(s.Stderr,
			"only hashes were checked: without the row key (%s) nothing says whether cases and records are as the "+
				"log left them\n", c.RowFile().Path)
	}
	return verdict(s.Stdout, c.JSON, n, good, map[string]any{"events": events, "entries": entries, "files": files,
		"roots": roots, "kept": len(elsewhere), "bound": in.DB.Binds()})
}

// readRoots reads what `audit root` printed, one root after another.
func readRoots(path string) (roots []audit.Root, err error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(b)); ; {
		var r audit.Root
		switch err := d.Decode(&r); {
		case errors.Is(err, io.EOF) && len(roots) > 0:
			return roots, nil
		case err != nil || len(r.Signer) != ed25519.PublicKeySize:
			return nil, fmt.Errorf("%s: lines as `incubase audit root` prints them are expected", path)
		}
		roots = append(roots, r)
	}
}

type auditRoot struct {
	app.Common
	NewKey bool `name:"new-key" help:"Where the signing key is lost: make another, and believe the roots of both. Copy it to every server."`
}

func (c *auditRoot) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	if c.NewKey {
		if err := c.NewSigningKey(s.Ctx, in); err != nil {
			return err
		}
	}
	key, err := c.LoadSigningKey(s.Ctx, in)
	if err != nil {
		return err
	}
	root, err := in.DB.SignRoot(s.Ctx, time.Now(), key)
	if err != nil {
		return err
	}
	return json.NewEncoder(s.Stdout).Encode(root)
}

type userCommand struct {
	Add   userAdd   `cmd:"" help:"Open an account, for the first administrator above all, and print a code with which its owner chooses a password."`
	Reset userReset `cmd:"" help:"Print a code with which the owner of an account chooses a password. It is logged."`
}

type userAdd struct {
	app.Common
	Login   string   `arg:"" help:"Login: small letters, digits and . _ @ -"`
	Name    string   `help:"Name of the person." placeholder:"NAME"`
	Role    []string `help:"Roles to grant, for example sysadmin." placeholder:"ROLE"`
	Region  string   `help:"Region of the roles." placeholder:"CODE"`
	Country bool     `help:"The roles hold in the whole country."`
}

// Run adds the user by the path of the API, as the system: the owner of the installation.
func (c *userAdd) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	name := c.Name
	if name == "" {
		name = c.Login
	}
	var roles []workflow.NewRole
	for _, r := range c.Role {
		roles = append(roles, workflow.NewRole{Role: workflow.Role(r), Region: c.Region, Country: c.Country &&
			!workflow.Role(r).Administrative()})
	}
	u, err := accounts.AddUser(s.Ctx, in.Registry, registry.NewUser{Login: c.Login, Name: name}, roles, "")
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(s.Stdout, "%s (%s) with roles: %s\n", u.Login, u.ID, strings.Join(c.Role, ", ")); err != nil {
		return err
	}
	return printCode(in, s, u)
}

type userReset struct {
	app.Common
	Login string `arg:"" help:"Login of the account."`
}

// Run resets as the system: the owner of the machine ranks above administrators. The log records it.
func (c *userReset) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	u, err := in.User(s.Ctx, c.Login)
	if err != nil {
		return err
	}
	if u == nil {
		return app.UsageError{Err: fmt.Errorf("there is no account %s", c.Login)}
	}
	return printCode(in, s, u)
}

func printCode(in *app.Installation, s *app.Session, u *registry.UserRecord) error {
	first, second, err := in.Registry.ResetHere(s.Ctx, u.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout,
		"code of %s, for one hour: %s  %s\nIts owner types both halves at /code and chooses a password.\n", u.Login, first,
		second)
	return err
}

type workflowCommand struct {
	Check    workflowCheck    `cmd:"" help:"Decode and compile a definition; every fault is listed."`
	Diagram  workflowDiagram  `cmd:"" help:"Print a shipped definition's diagram (Mermaid)."`
	Simulate workflowSimulate `cmd:"" help:"Replay actions by roles on a definition, in memory."`
	Try      workflowTry      `cmd:"" help:"Try a definition on the live cases of the installation; nothing is written."`
	Load     workflowLoad     `cmd:"" help:"Load a definition into the installation; a running server learns it within a second."`
}

type workflowLoad struct {
	app.Common
	File string `arg:"" type:"existingfile" help:"Definition in YAML."`
}

// Run loads as the system. It refuses a version that exists with other content.
func (c *workflowLoad) Run(s *app.Session) error {
	if _, err := compileFile(c.File); err != nil {
		return err
	}
	source, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	m, err := app.Definitions{In: in}.Take(s.Ctx, workflow.System(), string(source))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "%s version %d is loaded and waits for a security administrator to approve it\n",
		m.Definition().Name, m.Definition().Version)
	return err
}

type workflowTry struct {
	app.Common
	File string `arg:"" type:"existingfile" help:"Definition in YAML; it need not be loaded."`
	Lang string `help:"zh or en." enum:"zh,en" default:"en"`
	JSON bool   `help:"One JSON object."`
}

// Run prints what the definition would do to the live cases, single cases included.
func (c *workflowTry) Run(s *app.Session) error {
	m, err := compileFile(c.File)
	if err != nil {
		return err
	}
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	t, err := app.Definitions{In: in}.Trial(s.Ctx, workflow.System(), m)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Stdout).Encode(t)
	}
	printTrial(s.Stdout, t, c.Lang)
	return nil
}

func printTrial(w io.Writer, t *vet.Trial, lang string) {
	_, _ = fmt.Fprintln(w, t.Summary.In(lang))
	for _, x := range t.States {
		_, _ = fmt.Fprintf(w, "%6d  %s: %s\n", x.Cases, x.Label.In(lang), x.Why.In(lang))
	}
	for _, x := range t.Acts {
		_, _ = fmt.Fprintf(w, "%6d  %s\n", x.Cases, x.What.In(lang))
	}
	for _, x := range t.Rows {
		_, _ = fmt.Fprintf(w, "%s  %s  %s\n", x.Ref, x.State.In(lang), x.What.In(lang))
	}
}

type workflowCheck struct {
	File string `arg:"" type:"existingfile" help:"Definition in YAML."`
}

func (c *workflowCheck) Run(s *app.Session) error {
	m, err := compileFile(c.File)
	if err != nil {
		return err
	}
	d := m.Definition()
	_, err = fmt.Fprintf(s.Stdout, "%s version %d is sound: %d states, %d actions, %d moves\n", d.Name, d.Version,
		len(d.States), len(d.Actions), len(m.Edges()))
	return err
}

func compileFile(path string) (*machine.Machine, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d, err := catalog.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

type workflowDiagram struct {
	Name string `arg:"" help:"Name of a shipped workflow."`
	Lang string `help:"zh or en." enum:"zh,en" default:"zh"`
}

func (c *workflowDiagram) Run(s *app.Session) error {
	shipped, err := catalog.Shipped()
	if err != nil {
		return err
	}
	m := shipped.Machine(c.Name, 0)
	if m == nil {
		return app.UsageError{Err: fmt.Errorf("no workflow %s; there are: %s", c.Name, strings.Join(shipped.Names(), ", "))}
	}
	_, err = fmt.Fprint(s.Stdout, vet.Mermaid(m, c.Lang))
	return err
}

type workflowSimulate struct {
	File   string `arg:"" type:"existingfile" help:"Definition in YAML."`
	Script string `required:"" type:"existingfile" help:"Script: a line \"ROLE ACTION field=value\", \"wait 5wd\" or \"expect STATE\" each."`
	Form   string `type:"existingfile" help:"Application form (JSON Schema); by default the shipped one of that name."`
	On     string `help:"Day on which it begins." default:"2026-03-02" placeholder:"YYYY-MM-DD"`
	JSON   bool   `help:"One JSON object a step."`
}

// Run replays the script and fails where it deviates.
func (c *workflowSimulate) Run(s *app.Session) error {
	sim, err := c.prepare()
	if err != nil {
		return err
	}
	script, err := os.ReadFile(c.Script)
	if err != nil {
		return err
	}
	steps, ok := sim.Run(string(script))
	for _, st := range steps {
		if c.JSON {
			_ = json.NewEncoder(s.Stdout).Encode(st)
			continue
		}
		printStep(s.Stdout, st)
	}
	if !ok {
		return errors.New("the script did not go as it says")
	}
	return nil
}

func (c *workflowSimulate) prepare() (*vet.Simulation, error) {
	m, err := compileFile(c.File)
	if err != nil {
		return nil, err
	}
	on, err := calendar.ReadDate(c.On)
	if err != nil {
		return nil, app.UsageError{Err: err}
	}
	var form json.RawMessage
	if c.Form != "" {
		if form, err = os.ReadFile(c.Form); err != nil {
			return nil, err
		}
	} else if shipped, err := catalog.Form(m.Definition().Name); err == nil {
		form = shipped
	} else if m.Definition().Name == machine.RoundWorkflow {
		if form, err = catalog.Form("grant"); err != nil {
			return nil, err
		}
	}
	return vet.NewSimulation(m, on, form)
}

func printStep(w io.Writer, st vet.Step) {
	result := "ok"
	switch {
	case st.Failed != "":
		result = "FAILED: " + st.Failed
	case len(st.Refusals) > 0:
		result = "refused"
	case st.Moved != "":
		result = st.Moved
	}
	_, _ = fmt.Fprintf(w, "%3d  %-50s %s\n", st.Line, st.Text, result)
	for _, r := range st.Refusals {
		_, _ = fmt.Fprintf(w, "       %s: %s\n", r.Rule, r.Message)
	}
}
