package job_test

import (
	"errors"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// takesNoACL is an endpoint that answers as if it had set permissions.
func takesNoACL(f *storetest.Fixture) {
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "acl"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil
	}})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant>`+
			`<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>o</ID></Grantee><Permission>FULL_CONTROL</Permission>`+
			`</Grant></AccessControlList></AccessControlPolicy>`), nil
	}})
}

func TestAnEndpointThatIgnoresPermissionsIsRemarkedOn(t *testing.T) {
	looks := map[string]int{"upload": 1, "permissions": 1 + 3} // the plan tells how many are public
	for _, ignores := range []bool{false, true} {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "a/1", "a/2", "a/3")
		if ignores {
			takesNoACL(f)
		}
		m := manager(t, job.Options{}, f.Store)
		for name, spec := range map[string]job.Spec{
			"upload":      {Kind: job.Upload, Sources: []job.Source{{Local: tree(t, map[string]string{"x": "1", "y": "2"})}}, Dest: store.Ref{Space: "media"}, Access: store.PublicRead},
			"permissions": {Kind: job.Permissions, Sources: []job.Source{folder("media", "a/")}, Access: store.PublicRead},
		} {
			before := len(f.Faults.Requests())
			status := done(t, m, spec)
			asked := verbs(f.Faults.Requests()[before:])["GET?acl"]
			if remarked := len(status.Remarks) == 1 && errors.Is(status.Remarks[0].Err, job.ErrAccessIgnored); asked != looks[name] || remarked != ignores {
				t.Errorf("%s, ignored %v: %d looks, and the remarks %v", name, ignores, asked, status.Remarks)
			}
		}
		status := done(t, m, job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: tree(t, map[string]string{"x": "1"})}}, Dest: store.Ref{Space: "media"}})
		if len(status.Remarks) != 0 {
			t.Errorf("a private upload has the remarks %v", status.Remarks)
		}
	}
}
