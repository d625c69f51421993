package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

func TestTransfersAreSummedUpInOneLine(t *testing.T) {
	up := job.Status{Kind: job.Upload, Phase: job.Running, Objects: 9, ObjectsDone: 1, Bytes: 1000, BytesDone: 610, Rate: 14.2e6, Left: 48 * time.Second}
	down, removal, counting, failed, done, paused := up, up, up, up, up, up
	down.Kind, removal.Kind, counting.Phase, failed.Phase, done.Phase, paused.Phase = job.Download, job.Delete, job.Counting, job.Failed, job.Done, job.Paused
	removal.Rate, removal.ObjectRate, removal.ObjectsDone = 0, 1200.4, 3
	failed.FailedCount = 1203
	for _, c := range []struct {
		jobs []job.Status
		want string
	}{
		{nil, ""},
		{[]job.Status{done}, ""},
		{[]job.Status{up}, "↑ 1 transfer 61 %  14.2 MB/s  0:48"},
		{[]job.Status{up, up, done}, "↑ 2 transfers 61 %  28.4 MB/s  0:48"},
		{[]job.Status{down}, "↓ 1 transfer 61 %  14.2 MB/s  0:48"},
		{[]job.Status{down, up}, "↕ 2 transfers 61 %  28.4 MB/s  0:48"},
		{[]job.Status{removal}, "● 1 job 33 %  1,200 objects/s  0:48"},
		{[]job.Status{counting}, "↑ 1 transfer  14.2 MB/s  0:48"},
		{[]job.Status{failed}, "✗ 1,203"},
		{[]job.Status{up, failed}, "↑ 1 transfer 61 %  14.2 MB/s  0:48  ✗ 1,203"},
		{[]job.Status{paused}, "‖ 1 job paused"},
	} {
		if got := ansi.Strip(transfers(&kit.Context{Theme: themes.Auto(true)}, c.jobs, (&Model{}).unseen(c.jobs))); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

func TestTheTerminalsOwnProgressBarFollowsTheJobs(t *testing.T) {
	half := job.Status{Kind: job.Delete, Phase: job.Running, Objects: 9, ObjectsDone: 5}
	counting, done := half, half
	counting.Phase, done.Phase = job.Counting, job.Done
	if bar := progress([]job.Status{half, done}); bar == nil || bar.State != tea.ProgressBarDefault || bar.Value != 55 {
		t.Errorf("of a running one: %+v", bar)
	}
	if bar := progress([]job.Status{half, counting}); bar == nil || bar.State != tea.ProgressBarIndeterminate {
		t.Errorf("while one is counted: %+v", bar)
	}
	if bar := progress([]job.Status{done}); bar != nil {
		t.Errorf("of what has ended: %+v", bar)
	}
}
