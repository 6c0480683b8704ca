// Package e2e tests the program from end to end: as a process, and its parts together in the process of a test.
//
// It holds tests only.
package e2e
