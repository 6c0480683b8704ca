// Package scale measures the program among many cases: the built binary, over HTTP, on a PostgreSQL of its own that waits
// for its disk, beside a floor that pgbench measures in the same run with the statements that the server sends.
//
// It holds tests only. `make bench` runs it; docs/performance.md has the figures.
package scale
