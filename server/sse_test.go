package server_test

import "testing"

func TestEncryptionThatIsNotThereIsRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	before := f.dump()
	customer := []string{"X-Amz-Server-Side-Encryption-Customer-Algorithm", "AES256",
		"X-Amz-Server-Side-Encryption-Customer-Key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
		"X-Amz-Server-Side-Encryption-Customer-Key-Md5", "hRasmdxgYDKV3nvbahU1MA=="}
	f.refuse(501, "NotImplemented", "PUT", "/media/b", "hello", customer...)
	f.refuse(501, "NotImplemented", "POST", "/media/b?uploads", "", customer...)
	f.refuse(501, "NotImplemented", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm", "AES256")
	for _, method := range []string{"GET", "HEAD"} {
		f.refuse(400, "InvalidRequest", method, "/media/a", "", customer...)
		f.refuse(400, "InvalidArgument", method, "/media/a", "", "X-Amz-Server-Side-Encryption", "aws:kms")
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}
