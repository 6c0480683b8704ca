package app

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// environmentPrefix of every setting: --listen is INCUBASE_LISTEN.
const environmentPrefix = "INCUBASE_"

// otherVariables are INCUBASE_* names that are no settings of the program: tests and builds read them.
var otherVariables = []string{"INCUBASE_SHARED", "INCUBASE_TEST_DATABASE_URL", "INCUBASE_TEST_NPM", "INCUBASE_CONFIG",
	"INCUBASE_CRASH", "INCUBASE_ROLLING", "INCUBASE_ROLLING_PROXY"}

// Environment gives kong the variables of env, which may be another's than the process's in tests.
func Environment(env []string) map[string]string {
	m := map[string]string{}
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok {
			m[k] = v
		}
	}
	return m
}

// UnknownVariables refuses INCUBASE_* names that no setting has: a misspelt setting must not be ignored.
func UnknownVariables(app *kong.Application, env map[string]string) error {
	known := slices.Clone(otherVariables)
	visitFlags(app.Node, func(f *kong.Flag) { known = append(known, f.Envs...) })
	var bad []string
	for k := range env {
		if strings.HasPrefix(k, environmentPrefix) && !slices.Contains(known, k) {
			bad = append(bad, k)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	return fmt.Errorf("unknown setting in the environment: %s (incubase serve --help lists all)", strings.Join(bad, ", "))
}

// visitFlags calls visit for every flag of the command and of all below it.
func visitFlags(n *kong.Node, visit func(*kong.Flag)) {
	for _, f := range n.Flags {
		visit(f)
	}
	for _, c := range n.Children {
		visitFlags(c, visit)
	}
}

// file resolves settings from a YAML file: the names of the flags, one a line. It stands behind flags and environment.
type file struct {
	path   string
	values map[string]any
	env    map[string]string
}

// ReadFile decodes the configuration file; path "" is no file. env are the variables that stand before it.
func ReadFile(path string, env map[string]string) (*file, error) {
	f := &file{path: path, values: map[string]any{}, env: env}
	if path == "" {
		return f, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(b, &f.values, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("configuration file %s: %w", path, err)
	}
	return f, nil
}

// Validate refuses names that are no setting.
func (f *file) Validate(app *kong.Application) error {
	var known []string
	visitFlags(app.Node, func(x *kong.Flag) { known = append(known, x.Name) })
	for k := range f.values {
		if !slices.Contains(known, k) {
			return fmt.Errorf("configuration file %s: unknown setting %q", f.path, k)
		}
	}
	return nil
}

// Resolve answers with the file's value of a flag that neither the command line nor the environment has set. Kong asks
// only for flags that the command line has not set, but it lets a resolver win over the environment.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := f.env[name]; set {
			return nil, nil
		}
	}
	v, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	return fmt.Sprint(v), nil
}
