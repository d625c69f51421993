package sigv4

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"spaces/server/inbound"
)

// Seed is what the signature of a streaming request hands on to its chunks.
type Seed struct {
	key   signingKey
	date  string
	scope string
	mac   [sha256.Size]byte
}

// HashPayload is the payload hash of a body.
func HashPayload(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Sign adds x-amz-date, x-amz-content-sha256 (payloadHash) and an Authorization header to r.
// Host, Content-Type, Content-Md5, Range and every x-amz-* header already on r are signed.
func Sign(r *http.Request, key, secret, region, payloadHash string, now time.Time) Seed {
	date := now.UTC().Format(isoFormat)
	r.Header.Set("X-Amz-Date", date)
	r.Header.Set("X-Amz-Content-Sha256", payloadHash)
	r.Header.Del("Authorization")
	scope := date[:8] + "/" + region + scopeSuffix
	signed := signedNames(r.Header)
	seed := seedOf(r, secret, region, date, signed, payloadHash)
	r.Header.Set("Authorization", algorithm+" Credential="+key+"/"+scope+", SignedHeaders="+signed+
		", Signature="+hex.EncodeToString(seed.mac[:]))
	return seed
}

// seedOf computes the signature of r as it stands.
func seedOf(r *http.Request, secret, region, date, signed, payload string) Seed {
	s := scratches.Get().(*scratch)
	defer s.free()
	seed := Seed{key: deriveKey(secret, date[:8], region), date: date, scope: date[:8] + "/" + region + scopeSuffix}
	// What cannot be read has no signature: the server refuses it for that.
	if q, err := inbound.Read(r); err == nil && s.canonical(&q, signed, payload, "") == nil {
		s.stringToSign(date, seed.scope)
		seed.mac = seed.key.sign(s.text)
	}
	return seed
}

// signedNames lists what Sign signs.
func signedNames(h http.Header) string {
	return namesOf(h, func(low string) bool {
		return isAmz(low) || low == "content-type" || low == "content-md5" || low == "range"
	})
}

// namesOf lists the headers that pass, in lower case, as SignedHeaders does.
func namesOf(h http.Header, pass func(low string) bool) string {
	names := []string{"host"}
	for name := range h {
		if low := strings.ToLower(name); pass(low) {
			names = append(names, low)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ";")
}

// Presign gives the URL of r with a V4 signature in its query, good for expires. All headers of r
// are signed, and have to be sent with the URL. A payload hash is taken from x-amz-content-sha256, in the header or the query of r.
func Presign(r *http.Request, key, secret, region string, now time.Time, expires time.Duration) string {
	date := now.UTC().Format(isoFormat)
	signed := namesOf(r.Header, func(low string) bool { return low != "host" })
	u := *r.URL
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	var q []byte
	for _, p := range [...]struct{ name, value string }{
		{"X-Amz-Algorithm", algorithm},
		{"X-Amz-Credential", key + "/" + date[:8] + "/" + region + scopeSuffix},
		{"X-Amz-Date", date},
		{"X-Amz-Expires", strconv.FormatInt(int64(expires/time.Second), 10)},
		{"X-Amz-SignedHeaders", signed},
	} {
		q = append(append(appendEncoded(q, p.name), '='), appendEncoded(nil, p.value)...)
		q = append(q, '&')
	}
	u.RawQuery += strings.TrimSuffix(string(q), "&")
	c := *r
	c.URL, c.RequestURI = &u, ""
	payload := cmp.Or(r.Header.Get("X-Amz-Content-Sha256"), u.Query().Get("X-Amz-Content-Sha256"), UnsignedPayload)
	seed := seedOf(&c, secret, region, date, signed, payload)
	u.RawQuery += "&X-Amz-Signature=" + hex.EncodeToString(seed.mac[:])
	u.Host = cmp.Or(r.Host, r.URL.Host)
	return u.String()
}

// SignV2 adds Date (unless there is one, or x-amz-date) and a V2 Authorization header to r.
// Space is the Space that the Host header names, "" for path style.
func SignV2(r *http.Request, space, key, secret string, now time.Time) {
	date := ""
	if r.Header.Get("X-Amz-Date") == "" {
		if date = r.Header.Get("Date"); date == "" {
			date = now.UTC().Format(http.TimeFormat)
			r.Header.Set("Date", date)
		}
	}
	r.Header.Set("Authorization", "AWS "+key+":"+signatureV2(r, space, secret, date))
}

// PresignV2 gives the URL of r with a V2 signature in its query, good until expires.
func PresignV2(r *http.Request, space, key, secret string, expires time.Time) string {
	until := strconv.FormatInt(expires.Unix(), 10)
	signature := signatureV2(r, space, secret, until)
	u := *r.URL
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "AWSAccessKeyId=" + string(appendEncoded(nil, key)) + "&Expires=" + until +
		"&Signature=" + string(appendEncoded(nil, signature))
	u.Host = cmp.Or(r.Host, r.URL.Host)
	return u.String()
}

func signatureV2(r *http.Request, space, secret, date string) string {
	s := scratches.Get().(*scratch)
	defer s.free()
	q, err := inbound.Read(r)
	if err != nil {
		return "" // as in seedOf
	}
	s.stringToSignV2(&q, space, q.RawPath, date)
	return string(signV2(secret, s.text))
}

// SignStream frames body in chunks of size chunk as mode says, sets the headers that go with
// it and the body of r, and signs. Trailers are sent in the order of their names.
func SignStream(r *http.Request, key, secret, region string, mode Payload, body []byte, chunk int, trailer http.Header,
	now time.Time) {
	r.Header.Set("X-Amz-Decoded-Content-Length", strconv.Itoa(len(body)))
	if r.Header.Get("Content-Encoding") == "" {
		r.Header.Set("Content-Encoding", "aws-chunked")
	}
	if len(trailer) > 0 {
		r.Header.Set("X-Amz-Trailer", strings.Join(trailerNames(trailer), ","))
	}
	seed := Sign(r, key, secret, region, streamValue(mode), now)
	var out bytes.Buffer
	w := NewChunkWriter(&out, mode, seed, chunk)
	w.Write(body) // a bytes.Buffer does not fail
	w.Close(trailer)
	r.ContentLength = int64(out.Len())
	r.Body = io.NopCloser(&out)
}

func streamValue(mode Payload) string {
	switch mode {
	case PayloadStreamSigned:
		return StreamSignedPayload
	case PayloadStreamSignedTrailer:
		return StreamSignedPayloadTrailer
	}
	return StreamUnsignedPayloadTrailer
}

func trailerNames(trailer http.Header) []string {
	var names []string
	for name := range trailer {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	return names
}
