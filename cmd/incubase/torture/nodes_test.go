package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nodes are three hosts of one database: network namespaces of this machine on a bridge, each with etcd, Patroni and
// PostgreSQL as docs/deploy/patroni.yml has them, and HAProxy after docs/deploy/haproxy.cfg outside.
type nodes struct {
	t       testing.TB
	dir     string
	patroni []string // command
	bin     string   // folder of PostgreSQL's programs
	proxy   *exec.Cmd
}

const (
	bridge  = "incubase0"
	gateway = "10.77.0.1"
	secret  = "drill" // password of every role
)

var everyNode = []int{1, 2, 3}

func host(n int) string          { return "10.77.0.1" + strconv.Itoa(n) }
func space(n int) string         { return "incubase-pg" + strconv.Itoa(n) } // of the namespace and of its line
func (c *nodes) of(n int) string { return filepath.Join(c.dir, "pg"+strconv.Itoa(n)) }

// unable returns why this machine can have no cluster, or "".
func unable() string {
	if os.Geteuid() != 0 {
		return "the nodes are network namespaces, which only root can make: sudo make cluster"
	}
	var missing []string
	for program, from := range map[string]string{"ip": "iproute2", "iptables": "iptables", "etcd": "etcd-server",
		"haproxy": "haproxy", "setpriv": "util-linux"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, from)
		}
	}
	if programs() == "" {
		missing = append(missing, "postgresql")
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return "packages are missing: apt-get install " + strings.Join(missing, " ")
	}
	if _, err := user.Lookup("postgres"); err != nil {
		return "PostgreSQL's user is missing: the package postgresql brings it"
	}
	const wanted = "Patroni 4.0 or later is needed, with python3-etcd and python3-psutil (apt-get install patroni on " +
		"Debian 13); PATRONI names the command where it lies elsewhere"
	said, err := exec.Command(patroni()[0], append(patroni()[1:], "--version")...).Output()
	if version := regexp.MustCompile(`\d+`).FindString(string(said)); err != nil || version < "4" {
		return wanted
	}
	if said, err := exec.Command("ip", "netns", "add", "incubase-try").CombinedOutput(); err != nil {
		return "no network namespace can be made here: " + strings.TrimSpace(string(said))
	}
	_ = exec.Command("ip", "netns", "del", "incubase-try").Run()
	return ""
}

func patroni() []string {
	if said := strings.Fields(os.Getenv("PATRONI")); len(said) > 0 {
		return said
	}
	return []string{"patroni"}
}

// programs returns the folder of the newest PostgreSQL of Debian's packages.
func programs() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1])
}

func newNodes(t testing.TB, dir string) *nodes {
	t.Helper()
	c := &nodes{t: t, dir: dir, patroni: patroni(), bin: programs()}
	c.down() // what a run that was killed has left
	t.Cleanup(c.down)
	who, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	c.must("ip", "link", "add", bridge, "type", "bridge")
	c.must("ip", "addr", "add", gateway+"/24", "dev", bridge)
	c.must("ip", "link", "set", bridge, "up")
	for _, n := range everyNode {
		for _, d := range []string{c.of(n), c.of(n) + "/run"} {
			if err := os.MkdirAll(d, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(d, uid, gid); err != nil {
				t.Fatal(err)
			}
		}
		c.must("ip", "netns", "add", space(n))
		c.must("ip", "link", "add", space(n), "type", "veth", "peer", "name", "eth0", "netns", space(n))
		c.must("ip", "link", "set", space(n), "master", bridge, "up")
		c.must("ip", "-n", space(n), "addr", "add", host(n)+"/24", "dev", "eth0")
		c.must("ip", "-n", space(n), "link", "set", "eth0", "up")
		c.must("ip", "-n", space(n), "link", "set", "lo", "up")
	}
	if err := os.MkdirAll("/run/postgresql", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, n := range everyNode {
		c.etcd(n)
	}
	time.Sleep(2 * time.Second)
	for _, n := range everyNode {
		c.watch(n)
		c.wait(time.Minute, "a primary", func() bool { return c.leader(0) > 0 })
	}
	c.well()
	c.roles()
	return c
}

// down ends every process of the nodes and takes the network away.
func (c *nodes) down() {
	if c.proxy != nil {
		_ = c.proxy.Process.Kill()
		_ = c.proxy.Wait()
	}
	for _, n := range everyNode {
		c.kill(n)
		_ = exec.Command("ip", "netns", "del", space(n)).Run()
		_ = exec.Command("ip", "link", "del", space(n)).Run()
	}
	_ = exec.Command("ip", "link", "del", bridge).Run()
}

func (c *nodes) must(args ...string) {
	c.t.Helper()
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		c.t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// inside runs a command on a node, as the user postgres, with a folder of its own for sockets.
func (c *nodes) inside(n int, log string, env []string, args ...string) {
	c.t.Helper()
	const as = `mount --bind "$0" /run/postgresql && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"`
	cmd := exec.Command("ip", append([]string{"netns", "exec", space(n), "sh", "-c", as, c.of(n) + "/run"}, args...)...)
	cmd.Env = append(append(os.Environ(), "HOME="+c.of(n), "PATH="+c.bin+":"+os.Getenv("PATH")), env...)
	out, err := os.OpenFile(filepath.Join(c.dir, log), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() { _ = cmd.Wait() }()
}

func (c *nodes) etcd(n int) {
	var all []string
	for _, k := range everyNode {
		all = append(all, fmt.Sprintf("pg%d=http://%s:2380", k, host(k)))
	}
	state := "new"
	if _, err := os.Stat(c.of(n) + "/etcd/member"); err == nil {
		state = "existing"
	}
	peers, clients := "http://"+host(n)+":2380", "http://"+host(n)+":2379"
	c.inside(n, fmt.Sprintf("etcd%d.log", n), nil, "etcd", "--name", fmt.Sprintf("pg%d", n), "--data-dir",
		c.of(n)+"/etcd", "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--listen-client-urls",
		clients+",http://127.0.0.1:2379", "--advertise-client-urls", clients, "--initial-cluster", strings.Join(all, ","),
		"--initial-cluster-state", state, "--pre-vote=true") // the default from 3.5 on
}

// watch starts Patroni on a node, which starts PostgreSQL.
func (c *nodes) watch(n int) {
	file, err := filepath.Abs("../../../docs/deploy/patroni.yml")
	if err != nil {
		c.t.Fatal(err)
	}
	copied := filepath.Join(c.of(n), "patroni.yml") // where the user postgres can read it
	b, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(copied, b, 0o644)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	own := []string{fmt.Sprintf("PATRONI_NAME=pg%d", n), "PATRONI_RESTAPI_LISTEN=" + host(n) + ":8008",
		"PATRONI_RESTAPI_CONNECT_ADDRESS=" + host(n) + ":8008", "PATRONI_POSTGRESQL_LISTEN=" + host(n) + ":5432",
		"PATRONI_POSTGRESQL_CONNECT_ADDRESS=" + host(n) + ":5432", "PATRONI_POSTGRESQL_DATA_DIR=" + c.of(n) + "/data",
		"PATRONI_POSTGRESQL_BIN_DIR=" + c.bin,
		fmt.Sprintf("PATRONI_ETCD3_HOSTS=%s:2379,%s:2379,%s:2379", host(1), host(2), host(3)),
		"PATRONI_SUPERUSER_PASSWORD=" + secret, "PATRONI_REPLICATION_PASSWORD=" + secret, "PATRONI_REWIND_PASSWORD=" + secret}
	c.inside(n, fmt.Sprintf("patroni%d.log", n), own, append(c.patroni, copied)...)
}

// roles makes the database and its two roles on the primary.
func (c *nodes) roles() {
	c.t.Helper()
	cmd := exec.Command(c.bin+"/psql", "-v", "ON_ERROR_STOP=1", "-v", "owner_password="+secret, "-v",
		"server_password="+secret, "-f", "../../../docs/deploy/roles.sql",
		fmt.Sprintf("host=%s user=postgres dbname=postgres", host(c.leader(0))))
	cmd.Env = append(os.Environ(), "PGPASSWORD="+secret)
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("docs/deploy/roles.sql: %v\n%s", err, out)
	}
}

// balance starts HAProxy before the database and the servers; clients come to the front.
func (c *nodes) balance(front string, servers ...string) {
	c.t.Helper()
	b, err := os.ReadFile("../../../docs/deploy/haproxy.cfg")
	if err != nil {
		c.t.Fatal(err)
	}
	place := []string{"bind :8080", "bind " + front, "bind :5000", "bind " + gateway + ":5000", "bind :5001",
		"bind " + gateway + ":5001"}
	for i, address := range servers {
		place = append(place, fmt.Sprintf("incubase%d:8080", i+1), address)
	}
	for _, n := range everyNode {
		place = append(place, fmt.Sprintf("pg%d:5432", n), host(n)+":5432")
	}
	file := filepath.Join(c.dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(place...).Replace(string(b))), 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.proxy = exec.Command("haproxy", "-f", file)
	c.proxy.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.proxy.Start(); err != nil {
		c.t.Fatal(err)
	}
}

// proxied is the address of the database at HAProxy, instead of a list of the nodes.
const proxied = 0

// through returns the database's address: a list of the nodes that begins with one of them, or HAProxy.
func through(first int, role string) string {
	at := gateway + ":5000/incubase?sslmode=disable"
	if first != proxied {
		next := func(n int) string { return host((first+n-1)%len(everyNode) + 1) }
		at = fmt.Sprintf("%s:5432,%s:5432,%s:5432/incubase?sslmode=disable&target_session_attrs=read-write", next(0), next(1),
			next(2))
	}
	return fmt.Sprintf("postgres://%s:%s@%s", role, secret, at)
}

// ask calls Patroni's interface on a node.
func (c *nodes) ask(method string, n int, path string, body any) (int, []byte) {
	b, _ := json.Marshal(body)
	ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
	if method == http.MethodPost {
		ctx, cancel = context.WithTimeout(context.Background(), 30*time.Second)
	}
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+host(n)+":8008"+path, bytes.NewReader(b))
	if err != nil {
		return 0, nil
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	_, _ = answer.ReadFrom(res.Body)
	return res.StatusCode, answer.Bytes()
}

// which returns the node that answers 200 to a question, other than one, or 0.
func (c *nodes) which(question string, besides int) int {
	found := make(chan int, len(everyNode))
	for _, n := range everyNode {
		go func() {
			if n == besides {
				found <- 0
			} else if status, _ := c.ask(http.MethodGet, n, question, nil); status == http.StatusOK {
				found <- n
			} else {
				found <- 0
			}
		}()
	}
	for range everyNode {
		if n := <-found; n > 0 {
			return n
		}
	}
	return 0
}

func (c *nodes) leader(besides int) int      { return c.which("/primary", besides) }
func (c *nodes) synchronous(besides int) int { return c.which("/quorum", besides) }

// wait waits for a state of the nodes.
func (c *nodes) wait(within time.Duration, what string, met func() bool) {
	c.t.Helper()
	if !c.await(within, met) {
		c.t.Fatalf("%s: not within %s; the logs are in %s", what, within, c.dir)
	}
}

func (c *nodes) await(within time.Duration, met func() bool) bool {
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if met() {
			return true
		}
	}
	return false
}

// well waits until all nodes replicate again and one of them is synchronous. A standby that hangs is copied from the
// primary, as an operator would do.
func (c *nodes) well() {
	c.t.Helper()
	var limping []int
	streaming := func() bool {
		limping = nil
		leader := c.leader(0)
		if leader == 0 {
			return false
		}
		var said struct {
			Members []struct{ Name, Role, State string }
		}
		_, b := c.ask(http.MethodGet, leader, "/cluster", nil)
		_ = json.Unmarshal(b, &said)
		for _, n := range everyNode {
			if n != leader && !slices.ContainsFunc(said.Members, func(m struct{ Name, Role, State string }) bool {
				return m.Name == fmt.Sprintf("pg%d", n) && m.State == "streaming"
			}) {
				limping = append(limping, n)
			}
		}
		return len(limping) == 0 && c.synchronous(0) > 0
	}
	if c.await(time.Minute, streaming) {
		return
	}
	for _, n := range limping {
		c.t.Logf("pg%d does not replicate after a minute: it is copied again", n)
		c.ask(http.MethodPost, n, "/reinitialize", map[string]any{"force": true})
	}
	c.wait(2*time.Minute, "every node replicates", streaming)
}

// The faults.

func (c *nodes) processes(n int) []int {
	out, _ := exec.Command("ip", "netns", "pids", space(n)).Output()
	var pids []int
	for _, s := range strings.Fields(string(out)) {
		if pid, err := strconv.Atoi(s); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// kill ends all processes of a node.
func (c *nodes) kill(n int) {
	for range 3 { // those that were about to be born
		for _, pid := range c.processes(n) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *nodes) line(n int, state string) { c.must("ip", "link", "set", space(n), state) }

// powerOff takes a node away without a word to its peers.
func (c *nodes) powerOff(n int) { c.line(n, "down"); c.kill(n) }

func (c *nodes) powerOn(n int) { c.line(n, "up"); c.etcd(n); time.Sleep(time.Second); c.watch(n) }

// cutFromPeers leaves a node to its clients alone.
func (c *nodes) cutFromPeers(n int) {
	for _, k := range everyNode {
		if k != n {
			c.must("ip", "netns", "exec", space(n), "iptables", "-A", "INPUT", "-s", host(k), "-j", "DROP")
			c.must("ip", "netns", "exec", space(n), "iptables", "-A", "OUTPUT", "-d", host(k), "-j", "DROP")
		}
	}
}

func (c *nodes) joinPeers(n int) { c.must("ip", "netns", "exec", space(n), "iptables", "-F") }

func (c *nodes) postmaster(n int) int {
	b, _ := os.ReadFile(c.of(n) + "/data/postmaster.pid")
	first, _, _ := strings.Cut(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

// signal sends a signal to the postmaster of a node, and to its children too.
func (c *nodes) signal(n int, sig syscall.Signal, children bool) {
	pid := c.postmaster(n)
	if pid == 0 {
		return
	}
	_ = syscall.Kill(pid, sig)
	if !children {
		return
	}
	out, _ := exec.Command("ps", "--ppid", strconv.Itoa(pid), "-o", "pid=").Output()
	for _, s := range strings.Fields(string(out)) {
		if child, err := strconv.Atoi(s); err == nil {
			_ = syscall.Kill(child, sig)
		}
	}
}

// switchover hands the primary's role to the synchronous standby, as for maintenance.
func (c *nodes) switchover(from int) {
	body := map[string]any{"leader": fmt.Sprintf("pg%d", from)}
	if status, b := c.ask(http.MethodPost, from, "/switchover", body); status != http.StatusOK {
		c.t.Logf("switchover: %d %s", status, b)
	}
}
