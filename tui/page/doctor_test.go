package page

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// checkup is what a server says that is not all well.
var checkup = []store.Check{
	{Name: "server", State: store.CheckOK, Sentence: "spaces serve, process 412, at 127.0.0.1:9077 has the directory and answers."},
	{Name: "directory", State: store.CheckOK, Sentence: "/var/lib/spaces is there and can be written to."},
	{Name: "modes", State: store.CheckWarn, Sentence: "A group may look into /var/lib/spaces.", Advice: "Run: chmod 700 /var/lib/spaces, unless the group is to have that."},
	{Name: "owner", State: store.CheckOK, Sentence: "Everything in it belongs to spaces."},
	{Name: "format", State: store.CheckOK, Sentence: "The directory has format 1; this version knows up to 2."},
	{Name: "space", State: store.CheckOK, Sentence: "50 GB of 100 GB are free."},
	{Name: "disk", State: store.CheckOK, Sentence: "A write is durable after 1.2ms."},
	{Name: "clock", State: "unknown", Sentence: "There was no answer in time.", Advice: "Look whether the disk or the network stands still."},
	{Name: "writes", State: store.CheckOK, Sentence: "The server takes writes."},
	{Name: "ports", State: store.CheckOK, Sentence: "The server answers at 127.0.0.1:9077."},
	{Name: "certificate", State: store.CheckWarn, Sentence: "The certificate ends on 2026-12-01, in 4 days.", Advice: "Renew it: the server reads the files again when they change. One of its own is made at its start."},
	{Name: "address", State: store.CheckOK, Sentence: "s3.example.com and the names below lead here."},
	{Name: "keys", State: store.CheckOK, Sentence: "The root key is in /var/lib/spaces/credentials.toml. Beside it there are 3 access keys, and 1 public key of SSH."},
	{Name: "encryption", State: store.CheckOK, Sentence: "All keys that objects are encrypted with are there."},
	{Name: "backup", State: store.CheckWarn, Sentence: "There was never a backup.", Advice: "Make one regularly: spaces backup, to another disk or an S3 endpoint, from a timer."},
	{Name: "scrub", State: store.CheckWrong,
		Sentence: "The last scrub, 2 days ago, found 2 places of damage: damaged: media/photos/2026/IMG_0041.dng: blob 00000000000002a1 has other bytes than were written, in the 262144 from 524288.",
		Advice:   "Restore what is damaged from a backup, or write it anew; then run spaces scrub. All else can be read: look at the disk, and copy the data while they can be read."},
}

func (s *scenery) sick() { s.Fixture.Box(2, checkup...) }

func (s *shelf) doctor() *doctor {
	s.t.Helper()
	x := New(s.Context, store.Place{Tab: store.Doctor}).(*doctor)
	s.Show(x)
	return x
}

func TestTheDoctorShowsTheWorstFirstAndLooksAgain(t *testing.T) {
	s := newShelf(t)
	s.Fixture.Box(2, checkup...)
	x := s.doctor()
	want(t, "first", x.checks[0].Name, "scrub")
	want(t, "last", x.checks[len(x.checks)-1].State, store.CheckOK)
	s.Want("1 of 16 checks found something wrong", "Restore what is damaged")
	s.Press("c")
	s.Want("Restore what is damaged")
	s.Press("j")
	under, _ := x.under()
	s.Fixture.Box(0, checkup[:3]...)
	s.Press("R")
	again, _ := x.under()
	want(t, "under the cursor", again.Name, under.Name)
	s.Want("1 warning", "chmod 700 /var/lib/spaces")
	s.Press("h")
	want(t, "place", s.Went(), []store.Place{{}})
}

func TestTheDoctorIsOffWhereNobodyTells(t *testing.T) {
	s := newShelf(t)
	s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.Endpoint, c.Dial = "http://ceph.example", nil })
	want(t, "why", NoDoctor(s.Context.Store), "Only this program's own server says what is wrong with the machine that it runs on.")
	s.doctor()
	s.Want("This endpoint does not say what is wrong with it.", "http://ceph.example")
	s.Press("c")
	s.Want("There is no advice under the cursor.")
}

func TestTheDoctorOfAServerThatIsTooOldSaysSo(t *testing.T) {
	s := newShelf(t)
	s.Faults.Add(storetest.Rule{Fault: storetest.Answer(404, "NoSuchBucket")})
	s.doctor()
	s.Want("This server is too old to tell", "spaces doctor")
}

func TestTheIndexTellsOfDamageAndLeadsToTheDoctor(t *testing.T) {
	for name, size := range map[string]kittest.Option{"80": kittest.Size(80, 24), "40": kittest.Size(40, 12)} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, size)
			s.Space(t, "media")
			s.index()
			s.WantNot("damage")
			s.Fixture.Box(3)
			s.Press("R")
			s.Want("The last scrub found 3 places")
			s.Press("j", "k")
			s.Want("The last scrub found 3 places")
			s.Press("g", "d")
			want(t, "place", s.Went(), []store.Place{{Tab: store.Doctor}})
			s.Fixture.Box(0)
			s.Press("R")
			s.WantNot("damage")
		})
	}
}
