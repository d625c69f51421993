package server

import "strings"

// checkEncryptionOfRead refuses headers of encryption on reads of objects. No
// object has a key of its client's, so that such a key is not applicable; and
// how the server encrypts for itself is nothing that a read says (GetObject,
// "Encryption").
func (c *call) checkEncryptionOfRead() error {
	if c.op.action != "s3:GetObject" {
		return nil
	}
	for name := range c.r.Header {
		switch {
		case !strings.HasPrefix(name, "X-Amz-Server-Side-Encryption"):
		case strings.HasPrefix(name, "X-Amz-Server-Side-Encryption-Customer-"):
			return refusef("InvalidRequest", "The encryption parameters are not applicable to this object.")
		default:
			return errInvalidArgument(strings.ToLower(name), c.r.Header.Get(name), strings.ToLower(name)+" header is not supported for this operation.")
		}
	}
	return nil
}
