// Package torture tries the program where it hurts: the real server as a process, killed, cut off, starved of its
// database and fed with nonsense, while what it has promised is written down and held against what is there afterwards.
//
// It holds tests only. `make torture` runs random acts under faults, `make hostile` requests that nobody means well
// with, `make mutants` breaks the program on purpose and asks which of its tests notice. docs/reliability.md has the
// figures.
package torture
