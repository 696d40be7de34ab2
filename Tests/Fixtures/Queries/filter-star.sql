-- A SELECT * passes the records' own bytes.
SELECT * FROM events WHERE n > 1 AND k IN ('a', 'b');
/* input
{"k":"a","n":1}
{"n" : 2, "k":"b" }
{"k":"c","n":3}
{"k":"a","n":"4"}
{"k":"a"}
*/
/* expect
{"n" : 2, "k":"b" }
{"k":"a","n":"4"}
*/
