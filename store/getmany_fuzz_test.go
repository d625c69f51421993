package store_test

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/storetest"
)

// packed is a Store whose endpoint answers a request for many objects with whatever the test has.
type packed struct {
	*storetest.Fixture
	list    []store.Wanted
	members []storetest.Member // of a good answer
	answer  io.Reader
}

func newPacked(t testing.TB) *packed {
	p := &packed{Fixture: storetest.New(t)}
	p.Space(t, "media")
	keys, content := []string{"a", "empty", "../../b", "long" + strings.Repeat("k", 200), "é\u202e", "large"}, map[string]string{}
	for i, key := range keys {
		content[key] = strings.Repeat(fmt.Sprint("content ", i, "\n"), []int{2, 0, 1, 60, 52, 9000}[i])
		p.list = append(p.list, store.Wanted{Key: key, ETag: fmt.Sprintf("%x", md5.Sum([]byte(content[key]))), Size: int64(len(content[key]))})
	}
	p.members = storetest.Members(keys, content)
	p.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "archive"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := storetest.Page("application/x-tar", "")(next, r)
		resp.Body, resp.ContentLength = io.NopCloser(p.answer), -1
		return resp, err
	}})
	return p
}

// wrong says what is wrong with what came of an answer, "" for nothing. good is how many came that a download would keep.
func (p *packed) wrong(t testing.TB, list []store.Wanted, answer io.Reader) (good int, why string) {
	p.answer = answer
	last := -1
	err := p.Store.GetMany(t.Context(), "media", list, func(i int, info store.Info, body []byte, err error) {
		switch w := list[max(0, min(i, len(list)-1))]; {
		case i != last+1 || i >= len(list):
			why = fmt.Sprintf("object %d came after %d", i, last)
		case info.Ref != (store.Ref{Space: "media", Key: w.Key}):
			why = fmt.Sprintf("it is %q, and %q was to come", info.Ref.Key, w.Key)
		case err != nil && body != nil:
			why = "a body came beside an error"
		case err == nil && (info.Size != w.Size || int64(len(body)) != w.Size || w.ETag != "" && info.ETag != w.ETag):
			why = fmt.Sprintf("%q has %d bytes, %q, and was to have %d, %q", w.Key, len(body), info.ETag, w.Size, w.ETag)
		case err == nil && w.ETag == fmt.Sprintf("%x", md5.Sum(body)):
			good++
		}
		last = i
	})
	if err == nil && last != len(list)-1 {
		why = fmt.Sprintf("%d of %d came, and there was no error", last+1, len(list))
	}
	return good, why
}

func FuzzPack(f *testing.F) {
	p := newPacked(f)
	f.Add(storetest.Pack(p.members))
	for i := range 40 {
		if text := storetest.NearlyPack(rand.New(rand.NewPCG(7, uint64(i))), p.members); len(text) < 1<<20 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, why := p.wrong(t, p.list, bytes.NewReader(text)); why != "" {
			t.Error(why)
		}
	})
}

func TestAPackThatIsNearlyRightIsNeverMisread(t *testing.T) {
	r, p, bad := chance.Rand(t), newPacked(t), 0
	if good, why := p.wrong(t, p.list, bytes.NewReader(storetest.Pack(p.members))); good != len(p.list) || why != "" {
		t.Fatal("what is right was not read:", good, why)
	}
	rounds := chance.Rounds(300, 30_000)
	for range rounds {
		text := storetest.NearlyPack(r, p.members)
		if _, why := p.wrong(t, p.list, bytes.NewReader(text)); why != "" {
			bad++
			t.Errorf("%s\n%.3000q", why, text)
		}
	}
	chance.Figure(t, rounds, "answers with many objects that are nearly right", bad)
}

// forever repeats a text behind another.
type forever struct {
	first, again []byte
	gave         int
}

// patient is more than an answer to newPacked can be.
const patient = 16 << 20

func (x *forever) Read(b []byte) (n int, err error) {
	if x.gave > patient {
		return 0, fmt.Errorf("so much was read: %d", x.gave)
	}
	if len(x.first) == 0 {
		x.first = x.again
	}
	n = copy(b, x.first)
	x.first = x.first[n:]
	x.gave += n
	return n, nil
}

// Whoever sends without an end is not listened to without one: to more than there may be of what was asked for.
func TestAPackWithoutAnEnd(t *testing.T) {
	p := newPacked(t)
	whole := storetest.Pack(p.members)
	record := storetest.Pack([]storetest.Member{{Type: 'x', Size: 13, Body: "13 x=xxxxxxx\n"}})[:1024]
	large := p.members[0]
	large.Size, large.Records = 1<<62, map[string]string{"spaces.key": "a", "spaces.etag": "other"}
	for name, x := range map[string]*forever{
		"headers":                {again: record},
		"a body":                 {first: storetest.Pack([]storetest.Member{large}), again: []byte("body")},
		"something after it":     {first: whole, again: make([]byte, 512)},
		"something else after":   {first: whole, again: []byte("x")},
		"headers after the last": {first: whole[:len(whole)-1024], again: whole[:1024]},
	} {
		if _, why := p.wrong(t, p.list, x); why != "" {
			t.Errorf("%s: %s", name, why)
		}
		if x.gave > 1<<20 {
			t.Errorf("%s: %d bytes were read", name, x.gave)
		}
	}
}

// What is not the member that was to come ends the reading: nobody knows what those after it are.
func TestAMemberThatWasNotToComeEndsAPack(t *testing.T) {
	p := newPacked(t)
	for name, change := range map[string]func(m *storetest.Member){
		"another key":       func(m *storetest.Member) { m.Records["spaces.key"] = "../../x" },
		"no key":            func(m *storetest.Member) { delete(m.Records, "spaces.key") },
		"another number":    func(m *storetest.Member) { m.Name = "2" },
		"a sign":            func(m *storetest.Member) { m.Name = "+1" },
		"a path":            func(m *storetest.Member) { m.Name = "../1" },
		"a record's number": func(m *storetest.Member) { m.Records["path"] = "2" },
		"a link":            func(m *storetest.Member) { m.Type, m.Link = '1', "0" },
		"a symbolic link":   func(m *storetest.Member) { m.Type, m.Link = '2', "/etc/passwd" },
		"a directory":       func(m *storetest.Member) { m.Type = '5' },
		"a device":          func(m *storetest.Member) { m.Type = '4' },
	} {
		var came []int
		members := storetest.Members([]string{"a", "empty"}, map[string]string{"a": strings.Repeat("content 0\n", 2)})
		change(&members[1])
		p.answer = bytes.NewReader(storetest.Pack(members))
		err := p.Store.GetMany(t.Context(), "media", p.list[:2], func(i int, _ store.Info, _ []byte, err error) {
			if came = append(came, i); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if err == nil || len(came) != 1 || !strings.Contains(err.Error(), "was not to come") {
			t.Errorf("%s: %v came, %v", name, came, err)
		}
	}
}
