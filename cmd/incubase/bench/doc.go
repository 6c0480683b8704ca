// Package bench measures a built binary over HTTP, on a PostgreSQL that waits for its disk, beside floors that
// pgbench measures in the same run (scripts in the folder floors). It holds tests only. `make bench` runs it;
// docs/performance.md explains it and has the table.
package bench
