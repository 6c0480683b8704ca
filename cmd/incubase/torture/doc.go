// Package torture runs the real server as a process, kills it, cuts its connections, takes its database away and
// sends it nonsense, and compares its promises with the data afterwards. It holds tests only: `make torture` runs
// random acts under faults, `make hostile` hostile requests, `make mutants` breaks the program on purpose and checks
// that its tests notice. docs/reliability.md has the figures.
package torture
