// Package bench measures the program among many cases: a built binary, over HTTP, on a PostgreSQL of its own that waits
// for its disk, beside floors that pgbench measures in the same run. Floors are scripts in the folder floors.
//
// It holds tests only. `make bench` runs it; docs/performance.md says how and keeps the table.
package bench
