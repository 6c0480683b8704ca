package pagetest

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// The version of axe-core in use, and npm's hash of its package.
const (
	axeVersion   = "4.14.1"
	axeIntegrity = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)

// axe returns the source of axe-core from the user's cache or the npm registry, and checks its hash each time.
func axe() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "incubase", "axe-core-"+axeVersion)
	file := filepath.Join(dir, "axe-core-"+axeVersion+".tgz")
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		if err := fetch(dir); err != nil {
			return "", err
		}
	}
	source, err := unpack(file)
	if err != nil {
		_ = os.Remove(file) // the next run downloads it again
	}
	return source, err
}

// fetch unpacks in a temporary folder: a broken download never gets the final name.
func fetch(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	cmd := exec.Command("npm", "pack", "--silent", "axe-core@"+axeVersion)
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack axe-core@%s: %w: %s", axeVersion, err, out)
	}
	name := "axe-core-" + axeVersion + ".tgz"
	return os.Rename(filepath.Join(tmp, name), filepath.Join(dir, name))
}

func unpack(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha512.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	if sum := base64.StdEncoding.EncodeToString(h.Sum(nil)); sum != axeIntegrity {
		return "", fmt.Errorf("%s hashes to %s, not to %s", file, sum, axeIntegrity)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	for r := tar.NewReader(z); ; {
		head, err := r.Next()
		if err != nil {
			return "", fmt.Errorf("%s: axe.min.js: %w", file, err)
		}
		if head.Name == "package/axe.min.js" {
			b, err := io.ReadAll(r)
			return string(b), err
		}
	}
}
