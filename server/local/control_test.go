package local

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheControlListenerNeedsItsToken(t *testing.T) {
	h := (&control{token: "the token"}).handler()
	for _, path := range []string{"/scrub", "/backup", "/doctor", "/certificates", "/lifecycle"} {
		for _, given := range []string{"", "Bearer", "Bearer ", "Bearer other", "the token", "Bearer the token "} {
			r, w := httptest.NewRequest("POST", path, strings.NewReader("no JSON")), httptest.NewRecorder()
			r.Header.Set("Authorization", given)
			if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
				t.Errorf("%s with %q is answered %d", path, given, w.Code)
			}
		}
		r, w := httptest.NewRequest("POST", path, strings.NewReader("no JSON")), httptest.NewRecorder()
		r.Header.Set("Authorization", "Bearer the token")
		if h.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
			t.Errorf("%s with the token and no question is answered %d", path, w.Code)
		}
	}
}
