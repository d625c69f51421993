package store_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// bare is a world without credentials.
func bare(t *testing.T) (configFile string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_EC2_METADATA_DISABLED",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_CA_BUNDLE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		t.Setenv(name, "")
	}
	configFile = filepath.Join(dir, "config")
	t.Setenv("AWS_CONFIG_FILE", configFile)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	return configFile
}

func TestWithoutAKeyItIsSaidHowToGiveOne(t *testing.T) {
	bare(t)
	s, err := store.Open(t.Context(), store.Config{Endpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Spaces(t.Context())
	var e *store.Error
	if store.KindOf(err) != store.BadCredentials || !errors.As(err, &e) || !strings.Contains(err.Error(), "No access key for this endpoint") {
		t.Fatal(err)
	}
	for _, way := range []string{"AWS_ACCESS_KEY_ID", "config.toml", "~/.aws", "--profile"} {
		if !strings.Contains(e.Advice(), way) {
			t.Errorf("it advises %q; %s is missing", e.Advice(), way)
		}
	}
}

func TestMetadataOfAMachineIsOnlyAskedForWhenToldTo(t *testing.T) {
	bare(t)
	f := storetest.New(t, storetest.Listener())
	asked := 0
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch {
		case strings.HasSuffix(r.URL.Path, "/security-credentials/"):
			io.WriteString(w, "role")
		case strings.HasSuffix(r.URL.Path, "/role"):
			io.WriteString(w, `{"Code":"Success","AccessKeyId":"`+storetest.AccessKey+`","SecretAccessKey":"`+storetest.SecretKey+`"}`)
		default:
			w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
			io.WriteString(w, "token")
		}
	}))
	defer metadata.Close()
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
	s := f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = "", "" })
	if _, err := s.Spaces(t.Context()); err != nil || asked == 0 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestAnEndpointAddressedByTheWrongSchemeIsToldAtOnce(t *testing.T) {
	plain := storetest.New(t, storetest.Listener())
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	nginx := answering(t, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><center>The plain HTTP request was sent to HTTPS port</center></html>")
	alert := answering(t, "\x15\x03\x01\x00\x02\x02\x46")
	other := answering(t, "SSH-2.0-OpenSSH_9.2\r\n")
	for endpoint, want := range map[string]string{
		strings.Replace(plain.URL, "http:", "https:", 1):  "it speaks plain HTTP: write " + plain.URL,
		strings.TrimPrefix(plain.URL, "http://"):          "it speaks plain HTTP: write " + plain.URL,
		strings.Replace(secure.URL, "https:", "http:", 1): "it speaks TLS: write " + secure.URL,
		"http://" + nginx:  "it speaks TLS: write https://" + nginx,
		"http://" + alert:  "it speaks TLS: write https://" + alert,
		"https://" + other: "it does not speak TLS",
	} {
		sent := 0
		s := plain.Open(t, func(c *store.Config) {
			c.Endpoint = endpoint
			c.Wrap = func(next http.RoundTripper) http.RoundTripper {
				return roundTrip(func(r *http.Request) (*http.Response, error) { sent++; return next.RoundTrip(r) })
			}
		})
		_, err := s.Spaces(t.Context())
		if store.KindOf(err) != store.Unreachable || !strings.Contains(err.Error(), want) || sent != 1 {
			t.Errorf("%s after %d attempts: %v", endpoint, sent, err)
		}
	}
}

// answering listens and answers whatever begins to be said with one text.
func answering(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.ReadFull(conn, make([]byte, 16))
			io.WriteString(conn, text)
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

func TestAnEndpointWithAPathIsRefusedBeforeAnythingIsSent(t *testing.T) {
	for endpoint, base := range map[string]string{"http://127.0.0.1:9000/panel": "http://127.0.0.1:9000", "s3.example.com/a/b/": "https://s3.example.com"} {
		_, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: "k", SecretKey: "s"})
		var e *store.Error
		if store.KindOf(err) != store.InvalidName || !errors.As(err, &e) || !strings.Contains(e.Advice(), "Write "+base+";") {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}
