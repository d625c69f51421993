package job_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

const benchFiles = 10_000

// smallFiles is a tree of many files of 4 KiB.
func smallFiles(b *testing.B) string {
	dir := b.TempDir()
	content := make([]byte, 4096)
	for i := range benchFiles {
		sub := filepath.Join(dir, fmt.Sprintf("d%02d", i%100))
		if i < 100 {
			check(b, os.Mkdir(sub, 0o755))
		}
		check(b, os.WriteFile(filepath.Join(sub, fmt.Sprintf("f%05d", i)), content, 0o644))
	}
	return dir
}

func finish(b *testing.B, m *job.Manager, s job.Spec) {
	status := await(b, m, m.Start(m.Plan(s)), ended)
	if status.Phase != job.Done {
		b.Fatalf("ended %v: %v", status.Phase, status.Failed)
	}
}

func perSecond(b *testing.B) {
	b.ReportMetric(float64(benchFiles)*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

// fixtures are where the benchmarks run: in memory, and on a disk with all its syncs.
func fixtures(b *testing.B, run func(b *testing.B, f *storetest.Fixture, m *job.Manager)) {
	for _, where := range []string{"memory", "disk"} {
		b.Run(where, func(b *testing.B) {
			opts := []storetest.Option{}
			if where == "disk" {
				opts = append(opts, storetest.Disk(filepath.Join(b.TempDir(), "data")))
			}
			f := storetest.New(b, opts...)
			f.Space(b, "media")
			m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
			defer m.Close(context.Background())
			run(b, f, m)
		})
	}
}

func BenchmarkUploadOfSmallFiles(b *testing.B) {
	dir := smallFiles(b)
	fixtures(b, func(b *testing.B, f *storetest.Fixture, m *job.Manager) {
		for range b.N {
			finish(b, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
		}
		perSecond(b)
	})
}

func BenchmarkDownloadOfSmallFiles(b *testing.B) {
	dir := smallFiles(b)
	fixtures(b, func(b *testing.B, f *storetest.Fixture, m *job.Manager) {
		finish(b, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
		out := b.TempDir()
		b.ResetTimer()
		for i := range b.N {
			finish(b, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: filepath.Join(out, fmt.Sprint(i))})
		}
		perSecond(b)
	})
}

func BenchmarkMoveOfManyObjects(b *testing.B) {
	dir := smallFiles(b)
	fixtures(b, func(b *testing.B, f *storetest.Fixture, m *job.Manager) {
		finish(b, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "at0"})
		b.ResetTimer()
		for i := range b.N {
			finish(b, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", fmt.Sprintf("at%d/", i))},
				Dest: store.Ref{Space: "media"}, Name: fmt.Sprintf("at%d", i+1)})
		}
		perSecond(b)
	})
}

func BenchmarkDeleteOfManyObjects(b *testing.B) {
	dir := smallFiles(b)
	fixtures(b, func(b *testing.B, f *storetest.Fixture, m *job.Manager) {
		for range b.N {
			b.StopTimer()
			finish(b, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
			b.StartTimer()
			finish(b, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}})
		}
		perSecond(b)
	})
}

func BenchmarkListingOfManyKeys(b *testing.B) {
	dir := smallFiles(b)
	fixtures(b, func(b *testing.B, f *storetest.Fixture, m *job.Manager) {
		for i := range 10 {
			finish(b, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: fmt.Sprint("t", i)})
		}
		b.ResetTimer()
		for range b.N {
			if n := len(storetest.Keys(b, f.Store, "media", "")); n != 10*benchFiles {
				b.Fatalf("%d keys", n)
			}
		}
		b.ReportMetric(10*benchFiles*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
	})
}
