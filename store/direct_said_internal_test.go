package store

import (
	"io"
	"net/http"
	"strings"
)

func saying(status int, header map[string]string, body string) *http.Response {
	h := http.Header{}
	for name, value := range header {
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), ProtoMajor: 1, ProtoMinor: 1}
}

// firstAnswers are all that an endpoint may say to the first attempt.
var firstAnswers = map[string]func() (*http.Response, error){
	"all": func() (*http.Response, error) {
		return saying(200, map[string]string{"ETag": `"tag"`, "Date": "Fri, 27 Nov 2026 12:00:00 GMT", "Last-Modified": "Thu, 26 Nov 2026 12:00:00 GMT",
			"Content-Type": "a/b", "Cache-Control": " c ", "Content-Encoding": "d", "Content-Disposition": "e", "Content-Language": "f", "Expires": "g", "Content-Length": "5",
			"X-Amz-Meta-Mtime": "1.5", "X-Amz-Meta-Two-Words": "=?UTF-8?Q?=C3=BC?=", "X-Amz-Checksum-Crc32c": "h", "X-Amz-Checksum-Type": "FULL_OBJECT", "X-Amz-Storage-Class": "COLD",
			"X-Amz-Tagging-Count": "3", "X-Amz-Server-Side-Encryption": "aws:kms", "X-Amz-Request-Id": "r"}, "hello"), nil
	},
	"little":      answer200(map[string]string{"ETag": "W/\"tag\""}, ""),
	"a range":     answer200(map[string]string{"ETag": `"tag"`, "Content-Range": "bytes 2-4/9", "Content-Length": "3"}, "abc"),
	"an odd date": answer200(map[string]string{"ETag": `"tag"`, "Last-Modified": "yesterday"}, ""),
	"an old date": answer200(map[string]string{"ETag": `"tag"`, "Last-Modified": "Thursday, 26-Nov-26 12:00:00 GMT"}, ""),
	"odd counts":  answer200(map[string]string{"ETag": `"tag"`, "X-Amz-Tagging-Count": "many"}, ""),
	"no ETag":     answer200(nil, "hello"),
	"a 200 error": answer200(map[string]string{"ETag": `"tag"`}, "<Error><Code>InternalError</Code><Message>we failed</Message></Error>"),
	"not found":   answerError(404, "NoSuchKey"),
	"bare 404":    func() (*http.Response, error) { return saying(404, nil, ""), nil },
	"denied":      answerError(403, "AccessDenied"),
	"slow down":   answerError(503, "SlowDown"),
	"failed":      answerError(500, "InternalError"),
	"condition":   answerError(412, "PreconditionFailed"),
	"login page": func() (*http.Response, error) {
		return saying(302, map[string]string{"Content-Type": "text/html", "Location": "x"}, "<p>"), nil
	},
	"moved":        answerError(301, "PermanentRedirect"),
	"not modified": func() (*http.Response, error) { return saying(304, nil, ""), nil },
	"a copy":       answer200(nil, `<?xml version="1.0"?><CopyObjectResult xmlns="x"><LastModified>2026-11-26T12:00:00.123Z</LastModified><ETag>"tag"</ETag></CopyObjectResult>`),
	"an odd copy":  answer200(nil, `<CopyObjectResult><LastModified>yesterday</LastModified><ETag>"tag"</ETag></CopyObjectResult>`),
	"half a copy":  answer200(nil, `<CopyObjectResult><LastModified>2026-11-26T12:00:00Z</LastModified>`),
	"another copy": answer200(nil, `<CopyObjectResult><ETag>"other"</ETag></CopyObjectResult>`),
	"an owner":     grants("<Grantee><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission>"),
	"no grants":    answer200(nil, "<AccessControlPolicy><Owner><ID>me</ID></Owner></AccessControlPolicy>"),
	"no owner":     answer200(nil, "<AccessControlPolicy><AccessControlList><Grant><Grantee><ID></ID></Grantee></Grant></AccessControlList></AccessControlPolicy>"),
	"everybody":    grants("<Grantee><URI>" + everybody + "</URI></Grantee><Permission>READ</Permission>"),
	"somebody":     grants("<Grantee><ID>you</ID></Grantee><Permission>READ</Permission>"),
	"an address":   grants("<Grantee><EmailAddress>you@example.com</EmailAddress></Grantee><Permission>READ</Permission>"),
	"nobody":       grants("<Permission>READ</Permission>"),
	"a page": func() (*http.Response, error) {
		return saying(200, map[string]string{"Content-Type": "text/html"}, "<html>log in</html>"), nil
	},
	"broken": func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
}

func answer200(header map[string]string, body string) func() (*http.Response, error) {
	return func() (*http.Response, error) { return saying(200, header, body), nil }
}

func grants(grant string) func() (*http.Response, error) {
	return answer200(nil, "<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant>"+grant+"</Grant></AccessControlList></AccessControlPolicy>")
}

func answerError(status int, code string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		return saying(status, map[string]string{"X-Amz-Request-Id": "r1"}, "<Error><Code>"+code+"</Code><Message>say \x01 why</Message><RequestId>r1</RequestId></Error>"), nil
	}
}
