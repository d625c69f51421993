package server

import (
	"cmp"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Admin is what those who watch a server are told: /health, which is 200 while
// all is well and 503 with the reason when writes are refused or the server is
// stopping, and /metrics in the text format of Prometheus. It tells no names of
// Spaces, keys or callers, and does not ask who is calling: it belongs on a
// loopback listener. It answers only to hosts that are addresses or localhost, so
// that no web page can read it through a name of its own.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", s.health)
	mux.HandleFunc("GET /metrics", s.writeMetrics)
	return OnlyLocalNames(mux)
}

// OnlyLocalNames refuses requests to a host that is a name other than localhost.
func OnlyLocalNames(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err != nil && host != "localhost" {
			http.Error(w, "unknown host", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	state := struct {
		Status string `json:"status"`
		Reason string `json:"reason,omitempty"`
	}{Status: "ready"}
	if err := s.engine.Failed(); err != nil {
		state.Status, state.Reason = "read-only", err.Error()
	} else if s.stopping.Load() {
		state.Status = "stopping"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if state.Status != "ready" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(state)
}

func (s *Server) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	t := &metricsText{}
	if s.metrics != nil {
		s.metrics.write(t)
	}
	t.single("spaces_slowed_requests_total", "counter", "Requests answered SlowDown.", float64(s.gate.slowed.Load()))
	if s.access != nil {
		t.single("spaces_access_log_dropped_total", "counter", "Lines of the access log that were lost.", float64(s.access.Dropped()))
	}
	if s.logs != nil {
		t.single("spaces_bucket_log_lines_total", "counter", "Lines delivered of the logs of Spaces.", float64(s.logs.Delivered()))
		t.single("spaces_bucket_log_dropped_total", "counter", "Lines of the logs of Spaces that were lost.", float64(s.logs.Dropped()))
	}
	s.unread.write(t)
	s.troubles.write(t)
	s.writeEngine(t)
	writeProcess(t)
	if s.upkeep != nil {
		s.upkeep().write(t)
	}
	_, _ = w.Write(t.b)
}

func (s *Server) writeEngine(t *metricsText) {
	up := 1.0
	if s.engine.Failed() != nil {
		up = 0
	}
	t.single("spaces_engine_writable", "gauge", "1 unless writes are refused since one to the disk failed.", up)
	e, err := s.engine.Stats()
	if err != nil {
		return
	}
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"spaces_spaces", "gauge", "Spaces.", e.Spaces},
		{"spaces_objects", "gauge", "Objects in all Spaces.", e.Objects},
		{"spaces_object_bytes", "gauge", "Bytes of objects in all Spaces.", e.Bytes},
		{"spaces_destroyed", "gauge", "Destroyed Spaces that can be had back.", e.Destroyed},
		{"spaces_destroyed_bytes", "gauge", "Bytes of objects in them.", e.DestroyedBytes},
		{"spaces_metadata_bytes", "gauge", "Bytes of the metadata on the disk.", e.MetaBytes},
		{"spaces_metadata_log_bytes", "gauge", "Bytes of the log of the metadata.", e.LogBytes},
		{"spaces_metadata_compactions_total", "counter", "Compactions of the metadata.", e.Compactions},
		{"spaces_metadata_flushes_total", "counter", "Flushes of the metadata.", e.Flushes},
		{"spaces_metadata_compaction_debt_bytes", "gauge", "Bytes of the metadata that wait to be compacted.", e.CompactionDebt},
		{"spaces_metadata_cache_hits_total", "counter", "Blocks of the metadata found in memory.", e.CacheHits},
		{"spaces_metadata_cache_misses_total", "counter", "Blocks of the metadata read from the disk.", e.CacheMisses},
		{"spaces_disk_free_bytes", "gauge", "Bytes free where the data are.", e.DiskFree},
		{"spaces_disk_bytes", "gauge", "Bytes of the file system where the data are.", e.DiskTotal},
	} {
		t.single(m.name, m.kind, m.help, float64(m.value))
	}
}

// write gives the rows that were ever asked for, by name.
func (m *Metrics) write(t *metricsText) {
	type named struct {
		name string
		*opMetrics
	}
	rows := []named{{"Unknown", &m.other}}
	for op, c := range m.byOp {
		rows = append(rows, named{op.name, c})
	}
	rows = slices.DeleteFunc(rows, func(r named) bool { return r.total() == 0 })
	slices.SortFunc(rows, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	t.head("spaces_requests_total", "counter", "Requests by operation and class of status.")
	for _, r := range rows {
		for class := range r.status {
			if n := r.status[class].Load(); n > 0 {
				t.sample("spaces_requests_total", float64(n), "operation", r.name, "status", statusClasses[class])
			}
		}
	}
	t.head("spaces_request_duration_seconds", "histogram", "Time from the headers of a request to the end of its answer.")
	for _, r := range rows {
		var sum uint64
		for i := range r.buckets {
			sum += r.buckets[i].Load()
			bound := "+Inf"
			if i < len(durationBounds) {
				bound = strconv.FormatFloat(durationBounds[i].Seconds(), 'g', -1, 64)
			}
			t.sample("spaces_request_duration_seconds_bucket", float64(sum), "operation", r.name, "le", bound)
		}
		t.sample("spaces_request_duration_seconds_sum", float64(r.nanos.Load())/1e9, "operation", r.name)
		t.sample("spaces_request_duration_seconds_count", float64(sum), "operation", r.name)
	}
	t.single("spaces_requests_in_flight", "gauge", "Requests under way.", float64(m.inFlight.Load()))
	t.single("spaces_received_bytes_total", "counter", "Bytes of bodies received.", float64(m.in.Load()))
	t.single("spaces_sent_bytes_total", "counter", "Bytes of bodies sent.", float64(m.out.Load()))
	t.single("spaces_panics_total", "counter", "Requests that met a mistake of the program.", float64(m.panics.Load()))
}

var statusClasses = [...]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

func (o *opMetrics) total() (n uint64) {
	for i := range o.buckets {
		n += o.buckets[i].Load()
	}
	return n
}

// metricsText writes the text format of Prometheus, version 0.0.4.
type metricsText struct{ b []byte }

func (t *metricsText) head(name, kind, help string) {
	t.b = append(t.b, "# HELP "+name+" "+help+"\n# TYPE "+name+" "+kind+"\n"...)
}

func (t *metricsText) single(name, kind, help string, value float64) {
	t.head(name, kind, help)
	t.sample(name, value)
}

// sample writes a line; labels come in pairs, and their values need no escape.
func (t *metricsText) sample(name string, value float64, labels ...string) {
	t.b = append(t.b, name...)
	for i := 0; i < len(labels); i += 2 {
		t.b = append(t.b, "{,"[min(i, 1)])
		t.b = strconv.AppendQuote(append(append(t.b, labels[i]...), '='), labels[i+1])
	}
	if len(labels) > 0 {
		t.b = append(t.b, '}')
	}
	t.b = append(strconv.AppendFloat(append(t.b, ' '), value, 'f', -1, 64), '\n')
}
