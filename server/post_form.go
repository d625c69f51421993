package server

import (
	"errors"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"spaces/server/sigv4"
)

// Limits of what comes before and after the file (PostObject: 20 KB of form
// data), in bytes: of names and values, and of all with its framing.
const (
	maxFormData    = 20 << 10
	maxFormFraming = 128 << 10
	maxFormFields  = 256
)

// form is a multipart/form-data body as far as its file.
type form struct {
	fields []field // names in lower case
	file   *multipart.Part
	name   string            // of the file, as the browser says, without its directory
	named  bool              // the browser says one, be it empty
	tags   map[string]string // of the field tagging, a document

	min, max int64 // what its policy says of the size of the file, in bytes

	parts *multipart.Reader
	fence *fence
}

// fence stops a reader that goes on for longer than it should.
type fence struct {
	r    io.Reader
	left int64
}

func (f *fence) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, refuse("MaxPostPreDataLengthExceeded")
	}
	if int64(len(p)) > f.left {
		p = p[:f.left]
	}
	n, err := f.r.Read(p)
	f.left -= int64(n)
	return n, err
}

func (f *form) get(name string) string {
	for _, x := range f.fields {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

// readForm reads the fields of a form up to its file. Fields behind the file
// are ignored (PostObject: the file must be the last).
func readForm(contentType string, body io.Reader) (*form, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return nil, refuse("PreconditionFailed").with("Condition", "Bucket POST must be of the enclosure-type multipart/form-data")
	}
	if params["boundary"] == "" {
		return nil, refuse("MalformedPOSTRequest")
	}
	f := &form{fence: &fence{body, maxFormFraming}}
	f.parts = multipart.NewReader(f.fence, params["boundary"])
	for left := maxFormData; f.file == nil; {
		part, err := f.parts.NextRawPart()
		if err == io.EOF {
			return nil, errFiles(0)
		} else if err != nil {
			return nil, formError(err)
		}
		if left, err = f.take(part, left); err != nil {
			return nil, err
		}
	}
	f.fence.left = math.MaxInt64
	f.substitute()
	return f, nil
}

// take reads a field, or finds that part is the file. left is how much form
// data may still come.
func (f *form) take(part *multipart.Part, left int) (int, error) {
	name := strings.ToLower(part.FormName())
	switch {
	case name == "":
		return left, refuse("MalformedPOSTRequest")
	case name == "file":
		f.file, f.name, f.named = part, part.FileName(), hasFileName(part)
		if i := strings.LastIndexByte(f.name, '\\'); i >= 0 {
			f.name = f.name[i+1:]
		}
		return left, nil
	case f.has(name):
		return left, errInvalidArgument(name, "", "The form has a field twice.")
	case len(f.fields) == maxFormFields:
		return left, refuse("MaxPostPreDataLengthExceeded")
	}
	value, err := io.ReadAll(io.LimitReader(part, int64(left)+1))
	if err != nil {
		return left, formError(err)
	}
	if left -= len(name) + len(value); left < 0 {
		return left, refuse("MaxPostPreDataLengthExceeded")
	}
	if !utf8.Valid(value) {
		return left, refuse("MalformedPOSTRequest")
	}
	f.fields = append(f.fields, field{name, string(value)})
	return left, nil
}

// hasFileName tells a file from a plain field of that name, which programs send.
func hasFileName(part *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, named := params["filename"]
	return err == nil && named
}

func (f *form) has(name string) bool {
	for _, x := range f.fields {
		if x.name == name {
			return true
		}
	}
	return false
}

// substitute puts the name of the file where fields ask for it. A file that is
// sent as a plain field has none, and ${filename} stays (recorded on Amazon).
func (f *form) substitute() {
	if !f.named {
		return
	}
	for i := range f.fields {
		if x := &f.fields[i]; x.name != "policy" {
			x.value = strings.ReplaceAll(x.value, "${filename}", f.name)
		}
	}
}

// finish reads what follows the file: other fields, which count for nothing,
// and no second file.
func (f *form) finish() error {
	f.fence.left = maxFormFraming
	for {
		part, err := f.parts.NextRawPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return formError(err)
		case strings.EqualFold(part.FormName(), "file"):
			return errFiles(2)
		}
	}
}

// errFiles is of a form with another number of files than one.
func errFiles(n int64) error {
	return errInvalidArgument("file", formatInt(n), "POST requires exactly one file upload per request.")
}

// formError tells a body that did not arrive from one that is no form.
func formError(err error) error {
	var known *Error
	var body *sigv4.Error
	if errors.As(err, &known) || errors.As(err, &body) {
		return err
	}
	return refuse("MalformedPOSTRequest").because(err)
}

// signature is what the form says of its own.
func (f *form) signature() sigv4.Form {
	return sigv4.Form{
		EmptyPolicy: f.has("policy") && f.get("policy") == "",
		Policy:      f.get("policy"), Algorithm: f.get("x-amz-algorithm"), Credential: f.get("x-amz-credential"), Date: f.get("x-amz-date"),
		Signature: f.get("x-amz-signature"), AccessKey: f.get("awsaccesskeyid"), SignatureV2: f.get("signature"), Token: f.get("x-amz-security-token"),
	}
}

// plainFields are the fields that stand for the header of their name; all that
// begin with x-amz- do as well, but those of notHeaders.
var (
	plainFields = setOf("cache-control", "content-disposition", "content-encoding", "content-language", "content-md5", "content-type", "expires")
	notHeaders  = setOf("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token", "x-amz-copy-source",
		"x-amz-rename-source", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer")
)

// headers gives h with what describes an object taken from the fields, and
// none of it from the request, whose headers are about the form.
func (f *form) headers(h http.Header) http.Header {
	out := h.Clone()
	for name := range out {
		low := strings.ToLower(name)
		if plainFields[low] || strings.HasPrefix(low, "x-amz-") {
			delete(out, name)
		}
	}
	for _, x := range f.fields {
		switch {
		case x.value == "":
		case x.name == "acl":
			out.Set(hACL, x.value)
		case plainFields[x.name], strings.HasPrefix(x.name, "x-amz-") && !notHeaders[x.name]:
			out.Set(x.name, x.value)
		}
	}
	return out
}
