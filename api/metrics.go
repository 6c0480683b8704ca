package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"incubase/api/edge"
	"incubase/workflow"
)

// Figure is a gauge for alarms, with at most one label (name and value).
type Figure struct {
	Name, Help string
	Label      [2]string
	Value      float64
}

type Figures func(ctx context.Context) ([]Figure, error)

var (
	metricsRegistry = prometheus.NewRegistry()
	requests        = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "incubase_request_seconds",
		Help:    "Time of requests by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}}, []string{"method", "route", "status"})
)

func init() {
	metricsRegistry.MustRegister(requests, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}

// scrape bounds the database's time for the figures.
const scrape = 5 * time.Second

// Metrics serves Prometheus. If the figures cannot be read it serves the rest, with incubase_figures_up 0.
func Metrics(figures Figures) http.Handler {
	if figures == nil {
		return promhttp.HandlerFor(metricsRegistry, promhttp.HandlerOpts{})
	}
	own := prometheus.NewRegistry()
	own.MustRegister(collector{figures})
	return promhttp.HandlerFor(prometheus.Gatherers{metricsRegistry, own}, promhttp.HandlerOpts{})
}

type collector struct{ read Figures }

// Describe sends nothing: the labels are known only after a read.
func (collector) Describe(chan<- *prometheus.Desc) {}

func (c collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrape)
	defer cancel()
	list, err := c.read(ctx)
	up := Figure{Name: "incubase_figures_up", Help: "1: the database answered for the figures.", Value: 1}
	if err != nil {
		list, up.Value = nil, 0
	}
	for _, f := range append(list, up) {
		var names, values []string
		if f.Label[0] != "" {
			names, values = []string{f.Label[0]}, []string{f.Label[1]}
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(f.Name, f.Help, names, nil), prometheus.GaugeValue, f.Value,
			values...)
	}
}

// metered observes requests by the route's pattern, never by the client's path.
func metered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		status := c.Response().Status
		if err != nil && !c.Response().Committed {
			status = edge.StatusOf(err)
		}
		method := c.Request().Method
		if !slices.Contains(verbs, method) {
			method = "OTHER"
		}
		requests.WithLabelValues(method, c.Path(), strconv.Itoa(status)).Observe(time.Since(start).Seconds())
		return err
	}
}

// verbs are the methods that metrics distinguish; clients may invent others.
var verbs = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// metrics answers only this machine; others use the listen address of Metrics.
func (s *service) metrics(ctx context.Context, _ *emptyInput) (*huma.StreamResponse, error) {
	if !edge.Of(ctx).Local {
		return nil, workflow.ErrNotFound
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		e := humaecho.Unwrap(c)
		Metrics(s.Figures).ServeHTTP(e.Response(), e.Request())
	}}, nil
}
