package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// identity is the user that runs PostgreSQL's programs: they refuse root.
type identity struct {
	credential *syscall.Credential // nil: the own user
	uid, gid   int
}

// runAs returns the own user; for root, postgres or nobody (initdb needs a user known to the system).
func runAs() (identity, error) {
	if os.Getuid() != 0 {
		return identity{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return identity{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{uint32(gid)}}, uid, gid},
				nil
		}
	}
	return identity{},
		errors.New(
			"PostgreSQL does not run as root, and there is no user postgres or nobody: run incubase as an ordinary user")
}

func (i identity) mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	if i.credential == nil {
		return nil
	}
	return os.Chown(path, i.uid, i.gid)
}

const socketPrefix = "incubase-"

// tempDir returns a short private folder for the socket, whose path has about 100 bytes at most.
func (i identity) tempDir() (string, error) {
	dir, err := os.MkdirTemp("/tmp", socketPrefix)
	if err != nil {
		return "", fmt.Errorf("make a folder for the socket: %w", err)
	}
	if i.credential != nil {
		err = os.Chown(dir, i.uid, i.gid)
	}
	return dir, err
}

// home returns the place of the cluster: inside the data folder or, if the identity cannot reach that (below /root),
// under /var/lib, recorded in DIR/cluster. No permissions are changed.
func (i identity) home(dir string) (string, error) {
	note := filepath.Join(dir, "cluster")
	if b, err := os.ReadFile(note); err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	inside := filepath.Join(dir, "pg")
	if i.reaches(dir) {
		return inside, nil
	}
	if _, err := os.Stat(inside); err == nil {
		return "",
			fmt.Errorf("the user of PostgreSQL (number %d) cannot reach %s: give it the right to pass, or choose another --data",
				i.uid, inside)
	}
	sum := sha256.Sum256([]byte(dir))
	base := "/var/lib/incubase-" + hex.EncodeToString(sum[:6])
	if err := i.mkdir(base); err != nil {
		return "",
			fmt.Errorf("the user of PostgreSQL cannot reach %s, and no other place could be made: %w; choose another --data",
				dir, err)
	}
	data := filepath.Join(base, "pg")
	if err := os.WriteFile(note, []byte(data+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("note where the cluster lies: %w", err)
	}
	return data, nil
}

// reaches reports whether the identity may traverse all folders down to dir.
func (i identity) reaches(dir string) bool {
	if i.credential == nil {
		return true
	}
	for p := dir; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		if err != nil {
			return false
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		mode := info.Mode().Perm()
		passes := mode&0o001 != 0 || ok && int(st.Uid) == i.uid && mode&0o100 != 0 || ok && int(st.Gid) == i.gid &&
			mode&0o010 != 0
		if !passes {
			return false
		}
		if p == filepath.Dir(p) {
			return true
		}
	}
}
