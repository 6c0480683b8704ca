//go:build torture

package pg

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// A torture build kills itself at boundaries of writes. INCUBASE_CRASH=ONE_IN,SEED[,POINT] picks one boundary in
// ONE_IN, of those whose name contains POINT.
func init() {
	said := os.Getenv("INCUBASE_CRASH")
	if said == "" {
		return
	}
	parts := strings.SplitN(said, ",", 3)
	if len(parts) < 2 {
		panic("INCUBASE_CRASH=ONE_IN,SEED[,POINT]")
	}
	oneIn, err := strconv.Atoi(parts[0])
	if err != nil || oneIn < 1 {
		panic("INCUBASE_CRASH: how many boundaries pass for one that does not?")
	}
	seed, err := strconv.ParseUint(parts[1], 10, 64)
	if err != nil {
		panic("INCUBASE_CRASH: the seed is a number")
	}
	only := ""
	if len(parts) == 3 {
		only = parts[2]
	}
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(seed, seed))
	CrashAt = func(point string) {
		if !strings.Contains(point, only) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if dice.IntN(oneIn) == 0 {
			fmt.Fprintf(os.Stderr, "crash point: %s\n", point)
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}
