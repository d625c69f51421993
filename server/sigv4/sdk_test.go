package sigv4

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var sdkCredentials = aws.Credentials{AccessKeyID: exampleKey, SecretAccessKey: exampleSecret}

// s3Signer signs as the SDK's S3 client does: the path is escaped once.
func s3Signer(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }

// escaped is target as the SDK's S3 client writes it: keys fully escaped.
func escaped(t *testing.T, target string) *http.Request {
	t.Helper()
	r := newRequest(t, "GET", target, nil)
	r.URL.RawPath = string(appendPath(nil, r.URL.Path))
	return r
}

func TestWhatTheSDKSignsVerifies(t *testing.T) {
	for _, target := range hostileTargets {
		if strings.HasPrefix(target, "//") {
			continue // the SDK's client never sends it
		}
		r := escaped(t, target)
		r.Header.Set("X-Amz-Meta-Spaces", "  two  words ")
		r.Header.Set("X-Amz-Content-Sha256", EmptySHA256)
		r.Header.Set("Accept-Encoding", "identity")
		if err := v4.NewSigner().SignHTTP(t.Context(), sdkCredentials, r, EmptySHA256, "s3", region, exampleTime, s3Signer); err != nil {
			t.Fatal(err)
		}
		if _, err := verifierAt(exampleTime).Verify(read(sent(t, r)), ""); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestWhatTheSDKPresignsVerifies(t *testing.T) {
	for _, target := range hostileTargets {
		if strings.HasPrefix(target, "//") || strings.Contains(target, "=x") && strings.Contains(target, "&=") {
			continue
		}
		r := escaped(t, target)
		q := r.URL.Query()
		q.Set("X-Amz-Expires", "3600")
		r.URL.RawQuery = q.Encode()
		link, headers, err := v4.NewSigner().PresignHTTP(t.Context(), sdkCredentials, r, UnsignedPayload, "s3", region, exampleTime, s3Signer)
		if err != nil {
			t.Fatal(err)
		}
		got := newRequest(t, "GET", strings.TrimPrefix(link, "http://127.0.0.1:9000"), nil)
		for name, values := range headers {
			if name != "Host" {
				got.Header[name] = values
			}
		}
		if _, err := verifierAt(exampleTime.Add(time.Minute)).Verify(read(sent(t, got)), ""); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestSignMakesTheSDKsSignature(t *testing.T) {
	for _, target := range []string{"/space/a%20b", "/space?prefix=a%2Fb&list-type=2", "/"} {
		ours := escaped(t, target)
		ours.Header.Set("X-Amz-Meta-A", "b  c")
		theirs := ours.Clone(t.Context())
		Sign(ours, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
		theirs.Header.Set("X-Amz-Content-Sha256", EmptySHA256)
		if err := v4.NewSigner().SignHTTP(t.Context(), sdkCredentials, theirs, EmptySHA256, "s3", region, exampleTime, s3Signer); err != nil {
			t.Fatal(err)
		}
		if a, b := ours.Header.Get("Authorization"), theirs.Header.Get("Authorization"); a != b {
			t.Errorf("%s:\nours   %s\ntheirs %s", target, a, b)
		}
	}
}
