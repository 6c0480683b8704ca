# Two commands do all set-up: `make run` and `make test`. Only Go must be there; the rest is installed or explained.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export CGO_ENABLED ?= 0
GO ?= go
BIN := bin/incubase
# --demo loads the demonstration; anything after ARGS= goes to the program: make run ARGS="--listen 127.0.0.1:9090"
ARGS ?=

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/incubase
	@$(GO) build -trimpath -ldflags "-s -w" -o $(BIN) ./cmd/incubase

.PHONY: run
run: build ## start everything with demo data and print the address and the logins
	@exec $(BIN) serve --demo $(ARGS)

.PHONY: test
test: ## run every test on a private PostgreSQL
	@$(GO) test -p 1 -timeout 30m ./...

.PHONY: test-pages
test-pages: ## look at every page in Chromium: axe-core, sizes, zoom, a journey by keyboard alone
	@INCUBASE_PAGES=$${INCUBASE_PAGES:-wanted} $(GO) test -v -count=1 -timeout 15m -run '^TestBrowser' ./web/pagetest ./cmd/e2e

.PHONY: screenshots
screenshots: ## take pictures of the main pages into docs/images, phone and desktop, both sizes of print
	@INCUBASE_PAGES=required INCUBASE_PICTURES="$(CURDIR)/docs/images" $(GO) test -count=1 -timeout 15m -run '^TestBrowserTakesPictures$$' ./cmd/e2e

.PHONY: walk
walk: build ## carry real grants through the whole pipeline over HTTP: make walk GRANTS=FILE COUNT=N
	@exec $(BIN) demo walk $(if $(GRANTS),--grants "$(GRANTS)") $(if $(COUNT),--count $(COUNT))

.PHONY: rolling
rolling: ## restart two servers behind a proxy, again and again, under 20,000 requests: make rolling REQUESTS=N
	@INCUBASE_ROLLING=$${REQUESTS:-20000} $(GO) test -v -count=1 -timeout 30m -run '^TestRollingRestart$$' ./cmd/e2e

.PHONY: cluster
cluster: ## take nodes of a replicated database away under two servers: make cluster CLUSTER="part of a name" SEED=N
	@CLUSTER="$${CLUSTER:-all}" $(GO) test -v -count=1 -timeout 40m -run '^TestCluster$$' ./cmd/incubase/torture

.PHONY: bench
bench: ## measure beside floors of the same run: make bench CASES=100000,1000000 BINARY=FILE DATA=DIR OUT=FILE
	@INCUBASE_BENCH=$${CASES:-100000} INCUBASE_BENCH_BINARY="$(BINARY)" INCUBASE_BENCH_DATA="$(DATA)" INCUBASE_BENCH_OUT="$(OUT)" \
	  $(GO) test -v -count=1 -timeout 180m -run '^TestBench$$' ./cmd/incubase/bench

.PHONY: bench-pages
bench-pages: ## time every page among many cases: make bench-pages CASES=1000000
	@INCUBASE_CASES=$${CASES:-100000} $(GO) test -v -count=1 -timeout 60m -run '^TestPagesAmongManyCases$$' ./cmd/e2e

.PHONY: torture
torture: ## 32 clients while everything is killed: make torture TORTURE=60s SEED=N
	@TORTURE=$${TORTURE:-60s} $(GO) test -v -count=1 -timeout 30m -run '^TestTorture$$' ./cmd/incubase/torture

.PHONY: mutants
mutants: ## break the program on purpose and see which tests notice: make mutants MUTANTS=NAME
	@MUTANTS=$${MUTANTS:-all} $(GO) test -v -count=1 -timeout 60m -run '^TestMutants$$' ./cmd/incubase/torture

.PHONY: hostile
hostile: ## send requests that nobody means well with: make hostile HOSTILE=100000 SEED=N
	@HOSTILE=$${HOSTILE:-100000} $(GO) test -v -count=1 -timeout 60m -run '^TestHostile$$' ./cmd/incubase/torture

.PHONY: fuzz
fuzz: ## run every fuzz target for a while: make fuzz FUZZTIME=30s
	@set -e; for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-10s} $$p; done; done

.PHONY: generate
generate: ## write generated files again: templates, diagrams, OpenAPI, tables in docs
	@$(GO) generate ./...

.PHONY: check
check: ## gofmt, vet, static checks, dead code, generated files, length of lines and plain words
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "run gofmt -w on the files above"; exit 1; }
	@$(GO) vet ./...
	@$(GO) tool -modfile=tools.mod staticcheck ./...
	@dead=$$($(GO) tool -modfile=tools.mod deadcode -test ./...); test -z "$$dead" || { echo "$$dead"; exit 1; }
	@$(GO) mod verify >/dev/null
	@before=$$(git status --porcelain; git diff | cksum); $(GO) generate ./...; after=$$(git status --porcelain; git diff | cksum); \
	  test "$$before" = "$$after" || { git status --short; echo "generated files are stale: run make generate and commit"; exit 1; }

.PHONY: sbom
sbom: build ## write the software bill of materials of bin/incubase (CycloneDX) to bin/incubase.cdx.json
	@$(GO) tool -modfile=tools.mod cyclonedx-gomod bin -json -version "$$($(BIN) version | cut -d' ' -f2)" -output $(BIN).cdx.json $(BIN)
	@echo "$(BIN).cdx.json: $$(grep -c '"purl"' $(BIN).cdx.json) components"

.PHONY: vulnerabilities
vulnerabilities: ## look for known vulnerabilities that the program reaches, where the database of govulncheck can be had
	@if timeout 30 $(GO) tool -modfile=tools.mod govulncheck -version | grep -q '^DB updated'; \
	  then $(GO) tool -modfile=tools.mod govulncheck ./...; \
	  else echo "NOT CHECKED: the database of govulncheck cannot be reached from here"; fi

.PHONY: clean
clean: ## remove what was built (not the data)
	@rm -rf bin
