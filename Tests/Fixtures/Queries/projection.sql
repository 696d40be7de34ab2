-- Values, aliases and expressions; NULL stays NULL (F4 of the benchmark tasks).
SELECT carrier, dep_delay + arr_delay AS delay, dep_delay / 2 half, UPPER(carrier) FROM events;
/* input
{"carrier":"ua","dep_delay":2,"arr_delay":11}
{"carrier":"aa","dep_delay":null,"arr_delay":1}
{"carrier":"d\"l","dep_delay":3.5,"arr_delay":1}
*/
/* expect
{"carrier":"ua","delay":13,"half":1,"UPPER(carrier)":"UA"}
{"carrier":"aa","delay":null,"half":null,"UPPER(carrier)":"AA"}
{"carrier":"d\"l","delay":4.5,"half":1.75,"UPPER(carrier)":"D\"L"}
*/
