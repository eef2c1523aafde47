# Everything a fresh Debian or Ubuntu machine with a Swift 6 toolchain needs: `make test`.

SWIFT_FLAGS := --explicit-target-dependency-import-check error
# Tests that run side by side: one that waits for a process that it started is asked soon whether that
# has ended, and not after all others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# What is installed, and why.
PACKAGES := pkg-config:finds_C_libraries librdkafka-dev:Kafka_client libsimdjson-dev:checks_UTF-8 \
  zlib1g-dev:gzip_files time:memory_in_make_bench python3-venv:Python_consumer_in_make_bench

.PHONY: setup build test lint validate demo bench bench-smoke calibration sizing mutations simulate \
  sanitize fuzz install sbom

build: setup
	swift build -c release $(SWIFT_FLAGS)

# The year of flights, March to December 2013, through an embedded broker, and a report of it.
demo: build
	.build/release/leeway demo --report .build/flight-delay.html

# The program without need of a toolchain, its packs of rules, completions of three shells, and the unit
# of systemd, below PREFIX; DESTDIR stands before it for whoever makes a package. It needs the libraries
# of Kafka, simdjson, zlib and curl where it runs.
PREFIX ?= /usr/local
install: PACKAGES += libcurl4-openssl-dev:Foundation_without_the_toolchain
install: setup
	swift build -c release --product leeway --static-swift-stdlib $(SWIFT_FLAGS)
	sh deploy/install.sh .build/release/leeway $(PREFIX) $(DESTDIR)

# The bill of materials: what the program is made of, in which version, under which licence.
sbom: setup
	swift package resolve
	python3 deploy/sbom.py > .build/sbom.cdx.json

# How fast the release build counts events, end to end beside a bare drain of librdkafka and a Python
# consumer of the same topic, and in memory; what its statistics cost, and its alerts' latency. On an
# embedded broker, and on those that LEEWAY_TEST_BROKERS names; one table, and .build/bench.json.
bench: build
	sh Tests/Benchmarks/run.sh .build/release

# A minute of ratios that do not depend on the machine; fails when one is above its limit.
bench-smoke: setup
	swift build -c release --product HotPath $(SWIFT_FLAGS)
	sh Tests/Benchmarks/smoke.sh .build/release

# How often tests call equal samples different, how small a drift they find, and what a budget of
# false alarms is worth: the pages rules/calibration.md, rules/power.md and rules/budget.md, half an
# hour of one core. REPETITIONS=n for more or fewer.
calibration: setup
	swift build -c release --product Calibration $(SWIFT_FLAGS)
	.build/release/Calibration sizes $(REPETITIONS) > .build/calibration.md
	mv .build/calibration.md rules/calibration.md
	.build/release/Calibration power $(REPETITIONS) > .build/power.md
	mv .build/power.md rules/power.md
	.build/release/Calibration budget $(REPETITIONS) > .build/budget.md
	mv .build/budget.md rules/budget.md

# How many bytes monitors of some sizes take in memory and in topics: the page deploy/sizing.md, a
# minute or two of one core.
sizing: PACKAGES += zstd:packs_as_Kafka_does
sizing: setup
	swift build -c release --product HotPath $(SWIFT_FLAGS)
	.build/release/HotPath sizing > .build/sizing.md
	mv .build/sizing.md deploy/sizing.md

# Tests of `notify` that a real Alertmanager judges, of `/metrics` that promtool does, and of the
# dashboard in a browser; without them they say that they are skipped.
test: PACKAGES += prometheus-alertmanager:judges_leeway_notify prometheus:judges_metrics \
  chromium:shows_the_dashboard chromium-driver:drives_it
test: setup lint
	swift test $(SWIFT_FLAGS)

# Worlds of processes, brokers and faults, one for each seed; SEED=n runs that one alone.
SEEDS ?= 10000
simulate: setup
	LEEWAY_SEEDS=$(SEEDS) $(if $(SEED),LEEWAY_SEED=$(SEED)) \
	  swift test -c release -Xswiftc -enable-testing $(SWIFT_FLAGS) --filter SimulationTests.SimulationTests

# One small bug for each promise of the README: the test that it names must fail.
mutations: setup
	Tests/Mutations/run.sh

# Memory and threads, as far as the toolchain sees them. The thread sanitizer sees librdkafka's threads and
# waiting for Swift's mutexes by way of Tests/Sanitizers/threads.c; what it does not judge stands in
# thread.suppressions, with the reason.
sanitize: setup
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize address --scratch-path .build/address \
	  $(SWIFT_FLAGS) --filter '(Sketches|Records|Monitoring|KafkaClient)Tests\.'
	swift build --build-tests --sanitize thread --scratch-path .build/thread $(SWIFT_FLAGS)
	clang -std=gnu11 -Wall -O1 -fPIC -shared -o .build/thread/threads.so Tests/Sanitizers/threads.c
	LD_PRELOAD=$(CURDIR)/.build/thread/threads.so \
	  TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/thread.suppressions \
	  swift test --skip-build --sanitize thread --scratch-path .build/thread $(SWIFT_FLAGS) \
	  --filter '(Records|KafkaClient|Service)Tests\.'

# What reads bytes of others, with bytes that libFuzzer makes up: each target for a minute of one core
# (FUZZ_SECONDS), or FUZZ_TARGETS alone. What it finds becomes a file of Tests/FuzzTests/Corpus, which
# `make test` reads again.
FUZZ_SECONDS ?= 60
fuzz: setup
	sh Tests/FuzzTests/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# The JSON Schemas of rules/ in a validator of schemas, over good files and bad ones; and what answers
# requests to train, as far as it can be tried without a cluster.
validate:
	sh Tests/Schemas/validate.sh
	sh deploy/retraining/validate.sh
	sh deploy/validate.sh

lint:
	swift format lint --strict -r -p Sources Tests Package.swift

setup:
	@command -v swift >/dev/null || { \
	  echo "leeway needs a Swift 6.3 toolchain; see https://www.swift.org/install/linux/"; exit 69; }
	@missing=""; \
	for entry in $(PACKAGES); do \
	  package=$${entry%%:*}; reason=$${entry#*:}; \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' && continue; \
	  echo "installing $$package ($$(echo $$reason | tr _ ' '))"; missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] || { \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; }
