package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func TestTransfersOfAnEndpointAreLimitedAndHeld(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	far := f.Open(t, func(c *store.Config) { c.Name = "far" })
	s := kittest.New(t, kittest.Store(far))
	s.Open(dialog.NewLimits(s.Context))
	s.Want("Transfer limits – far", "Bytes a second")
	s.Type("fast")
	s.Press("enter")
	s.Want("is no size")
	s.Press("ctrl+u")
	s.Type("10M")
	s.Want("10.0 MB a second, all transfers there together")
	s.Press("tab", "right")
	s.Want("Nothing more begins there")
	s.Press("enter")
	if far.Bandwidth() != 10e6 || !far.Held() || s.Dialog() != nil {
		t.Fatal(far.Bandwidth(), far.Held())
	}
	f.Space(t, "media")
	s.HoldJobs() // a job that is held does not end
	s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: job.MakeFolder, From: far.Conn(), Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "x/"}, Folder: true}}}))
	s.Open(dialog.NewTransfers(s.Context))
	s.Want("held", "its endpoint is held: g w there lets it go on")
	s.Press("esc")
	s.Open(dialog.NewLimits(s.Context))
	s.Want("10 M")
	s.Press("ctrl+u", "tab", "left", "enter")
	if far.Bandwidth() != 0 || far.Held() {
		t.Error(far.Bandwidth(), far.Held())
	}
	s.ReleaseJobs()
	if got := s.Context.Jobs.Snapshot()[0]; got.Phase != job.Done {
		t.Error(got.Phase)
	}
}
