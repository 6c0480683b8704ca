package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"incubase/cmd/incubase/app"
)

// object is a mapping of a YAML file.
type object = map[string]any

func TestDeploymentFilesNameSettingsThatExist(t *testing.T) {
	t.Parallel()
	settings, blocks := sourceNames(t)
	if len(settings) < 30 || len(blocks) < 2 {
		t.Fatalf("the code has been read badly: %d settings, %d key files", len(settings), len(blocks))
	}
	seen := 0
	for name, text := range deployFiles(t, "*") {
		for _, s := range regexp.MustCompile(`INCUBASE_[A-Z_]+`).FindAllString(text, -1) {
			seen++
			if !settings[s] {
				t.Errorf("docs/deploy/%s names %s, which is no setting", name, s)
			}
		}
		for _, m := range regexp.MustCompile(`key '([A-Z0-9 ]+)'`).FindAllStringSubmatch(text, -1) {
			if !blocks[m[1]] {
				t.Errorf("docs/deploy/%s makes a key %q, which the program does not read", name, m[1])
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d settings were found", seen)
	}
}

func TestDeploymentFilesAreYAML(t *testing.T) {
	t.Parallel()
	for name, text := range deployFiles(t, "*.y*ml") {
		if n := len(documents(t, name, text)); n == 0 {
			t.Errorf("docs/deploy/%s is empty", name)
		}
	}
}

func TestServersOfComposeShareKeysAndFiles(t *testing.T) {
	t.Parallel()
	name := "compose.yml"
	services := at(t, documents(t, name, deployFiles(t, name)[name])[0], "services").(object)
	one, two := services["one"].(object), services["two"].(object)
	for _, key := range []string{"image", "environment", "secrets", "volumes"} {
		if one[key] == nil || !reflect.DeepEqual(one[key], two[key]) {
			t.Errorf("%s: %s of the two servers differ: %v, %v", name, key, one[key], two[key])
		}
	}
	for _, s := range []string{"INCUBASE_ROW_KEY", "INCUBASE_SIGNING_KEY", "INCUBASE_ATTACHMENTS"} {
		if at(t, one, "environment", s) == "" {
			t.Errorf("%s: %s is not set: each server would have its own", name, s)
		}
	}
	longEnough(t, name, at(t, one, "stop_grace_period").(string),
		at(t, one, "environment", "INCUBASE_DRAIN_DELAY").(string))
}

func TestKubernetesGivesTimeAndFindsItsPods(t *testing.T) {
	t.Parallel()
	name := "kubernetes.yaml"
	kinds := map[string]object{}
	for _, d := range documents(t, name, deployFiles(t, name)[name]) {
		kinds[d["kind"].(string)] = d
	}
	pod := at(t, kinds["Deployment"], "spec", "template").(object)
	longEnough(t, name, at(t, pod, "spec", "terminationGracePeriodSeconds").(string)+"s",
		at(t, kinds["ConfigMap"], "data", "INCUBASE_DRAIN_DELAY").(string))
	labels := at(t, pod, "metadata", "labels").(object)
	for what, selector := range map[string]any{
		"Deployment":          at(t, kinds["Deployment"], "spec", "selector", "matchLabels"),
		"PodDisruptionBudget": at(t, kinds["PodDisruptionBudget"], "spec", "selector", "matchLabels"),
		"Service":             at(t, kinds["Service"], "spec", "selector"),
		"NetworkPolicy":       at(t, kinds["NetworkPolicy"], "spec", "podSelector", "matchLabels"),
	} {
		for k, v := range selector.(object) {
			if labels[k] != v {
				t.Errorf("%s: the %s selects %s=%v, the pods have %v", name, what, k, v, labels[k])
			}
		}
	}
	// Variables of a service of that name would be taken for settings and refused.
	if at(t, pod, "spec", "enableServiceLinks") != "false" {
		t.Errorf("%s: enableServiceLinks is not false", name)
	}
}

func TestTheUnitGivesTimeToStop(t *testing.T) {
	t.Parallel()
	name := "incubase.service"
	text := deployFiles(t, name)[name]
	value := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("%s: no %s", name, pattern)
		}
		return m[1]
	}
	longEnough(t, name, value(`TimeoutStopSec=(\S+)`), value(`INCUBASE_DRAIN_DELAY=(\S+)`))
}

// longEnough checks the time that a server is given to stop.
func longEnough(t *testing.T, name, grace, delay string) {
	t.Helper()
	g, err := time.ParseDuration(grace)
	d, err2 := time.ParseDuration(delay)
	if err := errors.Join(err, err2); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if g <= d+app.Drain {
		t.Errorf("%s: a server is given %s to stop; it needs more than %s and %s", name, g, d, app.Drain)
	}
}

// sourceNames returns the program's settings and the kinds of its key files.
func sourceNames(t *testing.T) (settings, blocks map[string]bool) {
	t.Helper()
	settings, blocks = map[string]bool{}, map[string]bool{}
	root := filepath.Join("..", "..", "cmd", "incubase")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`env:"(INCUBASE_[A-Z_]+)"`).FindAllSubmatch(b, -1) {
			settings[string(m[1])] = true
		}
		for _, m := range regexp.MustCompile(`"(INCUBASE [A-Z0-9 ]+)"`).FindAllSubmatch(b, -1) {
			blocks[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return settings, blocks
}

// deployFiles returns the text of the files of docs/deploy whose names match.
func deployFiles(t *testing.T, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "deploy", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatal(pattern, paths, err)
	}
	out := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(p)] = string(b)
	}
	return out
}

func documents(t *testing.T, name, text string) (out []object) {
	t.Helper()
	for d := yaml.NewDecoder(bytes.NewReader([]byte(text))); ; {
		var o object
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("docs/deploy/%s: %v", name, err)
		}
		out = append(out, o)
	}
}

// at returns what stands below the keys; scalars come as text.
func at(t *testing.T, o object, keys ...string) any {
	t.Helper()
	for i, k := range keys {
		v, ok := o[k]
		if !ok {
			t.Fatalf("no %s; there are %v", strings.Join(keys[:i+1], "."), slices.Sorted(maps.Keys(o)))
		}
		below, ok := v.(object)
		if !ok {
			return text(v)
		}
		o = below
	}
	return o
}

func text(v any) string {
	b, err := yaml.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(strings.TrimSpace(string(b)), `"`)
}
